import type { Fields } from '../defaulting/pod-spec.ts';
import { parseQuantity } from '../quantity.ts';
import { duplicate, type FieldError, forbidden, invalid, notFound, required } from './field-error.ts';
import { checkName, dns1123Label, qualifiedName } from './names.ts';

const OF_CONTAINERS = ['cpu', 'memory', 'ephemeral-storage'];
/** Resources without a prefix that the API knows, though not all of them for containers. */
const STANDARD =
  /^((requests\.|limits\.)?(cpu|memory|ephemeral-storage)|(requests\.)?storage|pods|resourcequotas|services|replicationcontrollers|secrets|configmaps|persistentvolumeclaims|services\.(nodeports|loadbalancers)|(requests\.)?hugepages-.*)$/;
const COUNTED =
  /^(pods|resourcequotas|services|replicationcontrollers|secrets|configmaps|persistentvolumeclaims|services\.(nodeports|loadbalancers))$/;

/** `claims`: names of the pod's resource claims. Models kubernetes v1.34 pkg/apis/core/validation validateResourceRequirements. */
export function validateResources(resources: Fields, field: string, claims: readonly string[]): FieldError[] {
  const limits = (resources.limits ?? {}) as Record<string, string>;
  const requests = (resources.requests ?? {}) as Record<string, string>;
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  const errors = Object.entries(limits).flatMap(([name, quantity]) => validateOne(name, quantity, `${field}.limits`));
  for (const [name, quantity] of Object.entries(requests)) {
    errors.push(...validateOne(name, quantity, `${field}.requests`));
    errors.push(...validateRequest(name, quantity, limits[name], field));
  }
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(field, 'HugePages require cpu or memory'));
  }
  return [...errors, ...validateClaims(resources.claims ?? [], `${field}.claims`, claims)];
}

function validateOne(name: string, quantity: string, list: string): FieldError[] {
  const field = `${list}[${name}]`;
  const value = parseQuantity(quantity) ?? 0;
  const errors = validateName(name, field);
  if (value < 0) errors.push(invalid(field, quantity, 'must be greater than or equal to 0'));
  if ((COUNTED.test(name) || isExtended(name)) && !Number.isInteger(value)) {
    errors.push(invalid(field, quantity, 'must be an integer'));
  }
  return errors;
}

/** Models validateContainerResourceName. */
function validateName(name: string, field: string): FieldError[] {
  const errors = checkName(qualifiedName, name, field);
  if (errors.length === 0 && !name.includes('/') && !STANDARD.test(name)) {
    errors.push(invalid(field, name, 'must be a standard resource type or fully qualified'));
  }
  if (!name.includes('/')) {
    if (!OF_CONTAINERS.includes(name) && !isHugePages(name)) {
      errors.push(invalid(field, name, 'must be a standard resource for containers'));
    }
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalid(field, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

function validateRequest(name: string, quantity: string, limit: string | undefined, field: string): FieldError[] {
  const overcommit = isNative(name) && !isHugePages(name);
  if (limit === undefined) {
    if (overcommit) return [];
    return [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const over = (parseQuantity(quantity) ?? 0) - (parseQuantity(limit) ?? 0);
  if (over === 0 || (over < 0 && overcommit)) return [];
  const wanted = overcommit ? 'less than or equal to' : 'equal to';
  return [invalid(`${field}.requests`, quantity, `must be ${wanted} ${name} limit of ${limit}`)];
}

function validateClaims(claims: readonly Fields[], path: string, known: readonly string[]): FieldError[] {
  const seen = new Set<string>();
  return claims.flatMap(({ name = '', request = '' }, i) => {
    const field = `${path}[${i}]`;
    if (name === '') return [required(field)];
    const errors: FieldError[] = [];
    if (seen.has(name)) {
      errors.push(duplicate(field, name));
    } else {
      const key = request === '' ? name : `${name}/${request}`;
      if (request !== '') errors.push(...checkName(dns1123Label, request, `${field}.request`));
      if (seen.has(key)) errors.push(duplicate(field, key));
      else if (request === '') {
        errors.push(...[...seen].filter((other) => other.startsWith(`${name}/`)).map(() => duplicate(field, name)));
      }
      seen.add(key);
    }
    if (!known.includes(name)) {
      const names = known.length === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
      errors.push(notFound(field, name, `must be one of the names in pod.spec.resourceClaims${names}`));
    }
    return errors;
  });
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** Of Kubernetes itself: without a prefix, or with its own. */
function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0;
}
