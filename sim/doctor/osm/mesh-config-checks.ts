import { nearestName } from '../../kube/decoding/nearest-name.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { type Check, failure, group, success, unknown, warning } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import { at, isRecord } from '../untyped.ts';
import type { Mesh } from './mesh.ts';
import { type MeshConfigKey, meshConfigKeys } from './mesh-config-keys.ts';

const NAME = 'osm-mesh-config';
const RELATIVES = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** The mesh's configuration: it is there, and every key is what it may be and by default is. */
export function meshConfigChecks(view: ClusterView, mesh: Mesh): Check {
  const context = `Verify MeshConfig ${mesh.namespace}/${NAME}`;
  const object = `meshconfig/${mesh.namespace}/${NAME}`;
  const config = view.get('MeshConfig', mesh.namespace, NAME);
  if (config === undefined) {
    if (!view.isComplete('MeshConfig', ...RELATIVES)) {
      return unknown('mesh-config', context, view.notGiven('MeshConfig'));
    }
    return failure('mesh-config', context, {
      object,
      reason: `MeshConfig "${NAME}" not found in namespace "${mesh.namespace}": OSM goes on with what it knew, and a control plane that starts does not`,
      suggestion: `osm-bootstrap makes it from ConfigMap preset-mesh-config: kubectl rollout restart deployment -n ${mesh.namespace} osm-bootstrap`,
    });
  }
  const keys = meshConfigKeys(mesh);
  const checks = [...unknownKeys(config, keys, mesh), ...keys.map((key) => keyCheck(config, key, mesh))];
  return group('mesh-config', context, checks, { object });
}

function keyCheck(config: KubeObject, key: MeshConfigKey, mesh: Mesh): Check {
  const value = at(config, ...key.path.split('.'));
  const context = `Verify ${key.path}`;
  const object = `meshconfig/${mesh.namespace}/${NAME}`;
  const byDefault = JSON.stringify(key.byDefault);
  if (value === undefined || value === null) {
    const reason = key.byDefault === undefined ? 'not set' : `not set; the default is ${byDefault}`;
    return success('mesh-config-key', context, { object, reason });
  }
  const is = JSON.stringify(value);
  const wrong = typeProblem(key.type, value) ?? key.problem?.(value as never);
  if (wrong !== undefined) {
    const suggestion = patchCommand(key, key.byDefault, mesh);
    return failure('mesh-config-key', context, { object, reason: `${key.path} is ${is}: it ${wrong}`, suggestion });
  }
  if (isDefault(value, key)) return success('mesh-config-key', context, { object, reason: is });
  if (key.byDefault === undefined) return success('mesh-config-key', context, { object, reason: `${is}; no default` });
  const effect = key.effect === undefined ? '' : ` (${key.effect})`;
  return warning('mesh-config-key', context, {
    object,
    reason: `${key.path} is ${is}, by default ${byDefault}${effect}`,
    suggestion: `If it is not meant so: ${patchCommand(key, key.byDefault, mesh)}`,
  });
}

function typeProblem(type: MeshConfigKey['type'], value: unknown): string | undefined {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false, without quotes';
    case 'string':
      return typeof value === 'string' ? undefined : 'must be a text';
    case 'integer':
      return Number.isInteger(value) ? undefined : 'must be a whole number, without quotes';
    case 'integers':
      return Array.isArray(value) && value.every(Number.isInteger) ? undefined : 'must be a list of whole numbers';
    case 'strings':
      return Array.isArray(value) && value.every((one) => typeof one === 'string')
        ? undefined
        : 'must be a list of texts';
    case 'object':
      return isRecord(value) ? undefined : 'must be an object';
  }
}

/** Images are the default's if their name is: registry and tag differ between clouds and releases. */
function isDefault(value: unknown, { path, byDefault }: MeshConfigKey): boolean {
  if (path.endsWith('Image') && typeof byDefault === 'string') {
    return String(value).includes(byDefault.replace(/:.*$/, ''));
  }
  return sameText(value, byDefault);
}

function sameText(a: unknown, b: unknown): boolean {
  if (isRecord(a) && isRecord(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return names.every((name) => sameText(a[name], b[name]));
  }
  return JSON.stringify(a) === JSON.stringify(b);
}

/** As the page of the add-on writes it: `kubectl patch meshconfig …`. */
function patchCommand({ path }: MeshConfigKey, value: unknown, mesh: Mesh): string {
  const patch = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value ?? null);
  return `kubectl patch meshconfig ${NAME} -n ${mesh.namespace} -p '${JSON.stringify(patch)}' --type=merge`;
}

/** Keys that OSM does not read: typing errors, or keys in a wrong place. */
function unknownKeys(config: KubeObject, keys: readonly MeshConfigKey[], mesh: Mesh): Check[] {
  const known = new Set(keys.map(({ path }) => path));
  const branches = new Set(
    keys.flatMap(({ path }) => path.split('.').map((_, index, steps) => steps.slice(0, index).join('.'))),
  );
  const found: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (known.has(path)) return;
    if (!branches.has(path)) found.push(path);
    else if (isRecord(value)) for (const [name, item] of Object.entries(value)) visit(item, `${path}.${name}`);
    else found.push(path);
  };
  visit(config.spec ?? {}, 'spec');
  return found.map((path) => {
    const name = path.split('.').at(-1) ?? '';
    const elsewhere = [...known].find((candidate) => candidate.endsWith(`.${name}`));
    const nearest = elsewhere ?? nearestPath(name, [...known]);
    return failure('mesh-config-unknown-key', `Verify ${path}`, {
      object: `meshconfig/${mesh.namespace}/${NAME}`,
      reason: branches.has(path)
        ? `${path} must be an object`
        : `${path} is not a key of MeshConfig: OSM does not read it`,
      ...(nearest === undefined ? {} : { suggestion: `Did you mean ${nearest}?` }),
    });
  });
}

function nearestPath(name: string, known: readonly string[]): string | undefined {
  const last = (path: string) => path.split('.').at(-1) ?? '';
  const nearest = nearestName(name, known.map(last));
  return nearest === undefined ? undefined : known.find((path) => last(path) === nearest);
}
