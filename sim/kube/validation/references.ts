import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, invalid, notSupported, required } from './field-error.ts';
import { checkName, configMapKey, dns1123Subdomain, qualifiedName } from './names.ts';

/** The fields of a pod that an env variable may show, and those that a file may. */
export const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
export const FILE_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** Every label of a pod's field that the API converts; which of them a place takes is another matter. */
const FIELD_LABELS = new Set([
  ...ENV_FIELDS,
  ...FILE_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

const RESOURCES = ['cpu', 'ephemeral-storage', 'memory'];
const RESOURCE_FIELDS = ['limits', 'requests'].flatMap((list) => RESOURCES.map((name) => `${list}.${name}`));
const SIZE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** Models kubernetes v1.34 pkg/apis/core/validation validateObjectFieldSelector. */
export function validateFieldRef(ref: Fields, field: string, supported: readonly string[]): FieldError[] {
  if (!ref.apiVersion) return [required(`${field}.apiVersion`)];
  if (!ref.fieldPath) return [required(`${field}.fieldPath`)];
  const path = String(ref.fieldPath);
  const [, base, key] = /^(.+?)\['(.*)'\]$/.exec(path) ?? [];
  const problem = conversionProblem(String(ref.apiVersion), path, base);
  if (problem !== undefined) return [invalid(`${field}.fieldPath`, path, `error converting fieldPath: ${problem}`)];
  if (key !== undefined) {
    return checkName(qualifiedName, base === 'metadata.annotations' ? key.toLowerCase() : key, field);
  }
  const converted = path === 'spec.host' ? 'spec.nodeName' : path;
  return supported.includes(converted) ? [] : [notSupported(`${field}.fieldPath`, converted, supported)];
}

/** Models pkg/apis/core/pods ConvertDownwardAPIFieldLabel. */
function conversionProblem(version: string, path: string, base: string | undefined): string | undefined {
  if (version !== 'v1') return `unsupported pod version: ${version}`;
  if (base !== undefined) {
    const subscripted = base === 'metadata.annotations' || base === 'metadata.labels';
    return subscripted ? undefined : `field label does not support subscript: ${path}`;
  }
  return FIELD_LABELS.has(path) || path === 'spec.host' ? undefined : `field label not supported: ${path}`;
}

/** `ofFile`: a file has to name the container. Models validateContainerResourceFieldSelector. */
export function validateResourceFieldRef(ref: Fields, field: string, ofFile: boolean): FieldError[] {
  const resource = String(ref.resource ?? '');
  const errors: FieldError[] = [];
  if (ofFile && !ref.containerName) errors.push(required(`${field}.containerName`));
  else if (resource === '') errors.push(required(`${field}.resource`));
  else if (!RESOURCE_FIELDS.includes(resource) && !isHugePages(resource)) {
    errors.push(notSupported(`${field}.resource`, resource, RESOURCE_FIELDS));
  }
  const divisor = String(ref.divisor ?? '0');
  const allowed = divisorsOf(resource);
  if (divisor !== '0' && allowed !== undefined && !allowed.values.includes(divisor)) {
    const values = allowed.values.join(allowed.what === 'cpu' ? ' and ' : ', ');
    const detail = `only divisor's values ${values} are supported with the ${allowed.what} resource`;
    errors.push(invalid(`${field}.divisor`, resource, detail));
  }
  return errors;
}

function divisorsOf(resource: string): { values: readonly string[]; what: string } | undefined {
  if (isHugePages(resource)) return { values: SIZE_DIVISORS, what: 'hugepages' };
  if (!RESOURCE_FIELDS.includes(resource)) return undefined;
  const name = resource.slice(resource.indexOf('.') + 1);
  if (name === 'cpu') return { values: ['1m', '1'], what: 'cpu' };
  return { values: SIZE_DIVISORS, what: name === 'memory' ? name : 'local ephemeral storage' };
}

function isHugePages(resource: string): boolean {
  return /^(limits|requests)\.hugepages-/.test(resource);
}

/** A key of a ConfigMap or a Secret. Models validateConfigMapKeySelector and validateSecretKeySelector. */
export function validateKeyRef(ref: Fields, field: string): FieldError[] {
  const errors = checkName(dns1123Subdomain, String(ref.name ?? ''), `${field}.name`);
  if (!ref.key) errors.push(required(`${field}.key`));
  else errors.push(...checkName(configMapKey, String(ref.key), `${field}.key`));
  return errors;
}
