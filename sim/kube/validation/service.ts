import type { Fields } from '../defaulting/pod-spec.ts';
import { duplicate, type FieldError, invalid, notSupported, required } from './field-error.ts';
import { checkName, checkPort, dns1035Label, dns1123Label, portNumber } from './names.ts';
import { validateLabels, validateObjectMeta } from './object-meta.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Models kubernetes v1.34 pkg/apis/core/validation ValidateService, as far as the lab runs what a Service says. */
export function validateService(object: Fields): FieldError[] {
  const spec = (object.spec ?? {}) as Fields;
  const ports = (spec.ports ?? []) as Fields[];
  const errors = validateObjectMeta(object.metadata ?? {}, dns1035Label, true);
  if (ports.length === 0 && spec.clusterIP !== 'None' && spec.type !== 'ExternalName') {
    errors.push(required('spec.ports'));
  }
  const names = new Set<string>();
  const numbers = new Set<string>();
  ports.forEach((port, i) => {
    const field = `spec.ports[${i}]`;
    errors.push(...validatePort(port, field, ports.length > 1, names));
    const key = `${port.protocol}/${port.port}`;
    if (numbers.has(key)) errors.push(duplicate(field, { protocol: port.protocol, port: port.port }));
    numbers.add(key);
  });
  errors.push(...validateLabels(spec.selector, 'spec.selector'));
  if (!AFFINITIES.includes(spec.sessionAffinity)) {
    errors.push(notSupported('spec.sessionAffinity', spec.sessionAffinity, AFFINITIES));
  }
  if (!TYPES.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, TYPES));
  return errors;
}

function validatePort(port: Fields, field: string, needsName: boolean, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  const name = port.name as string | undefined;
  if (!name && needsName) errors.push(required(`${field}.name`));
  if (name) {
    errors.push(...checkName(dns1123Label, name, `${field}.name`));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
  }
  const number = (port.port ?? 0) as number;
  errors.push(...portNumber(number).map((problem) => invalid(`${field}.port`, number, problem)));
  if (!PROTOCOLS.includes(port.protocol)) {
    errors.push(notSupported(`${field}.protocol`, port.protocol, PROTOCOLS));
  }
  errors.push(...checkPort(port.targetPort, `${field}.targetPort`));
  return errors;
}
