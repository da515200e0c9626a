type Fields = Record<string, unknown>;

/** Lists whose items are merged one by one, by the field that names an item. Other lists are replaced. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  env: 'name',
  imagePullSecrets: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  hostAliases: 'ip',
  ownerReferences: 'uid',
};

/** Objects of which only the fields that are wanted stay: another type of strategy or volume replaces the old one. */
const RETAINED_KEYS = new Set(['strategy', 'updateStrategy', 'volumes']);

/**
 * What `kubectl apply` makes of an object: what is wanted, without what was applied before and is wanted no longer, and
 * with what others have set. None of the arguments is changed.
 * Models kubernetes v1.34 apimachinery pkg/util/strategicpatch CreateThreeWayMergePatch and the patch tags of api/core/v1.
 */
export function applyMerge(current: unknown, applied: unknown, wanted: unknown): unknown {
  return merged(current, applied, wanted, '');
}

function merged(current: unknown, applied: unknown, wanted: unknown, field: string): unknown {
  if (Array.isArray(wanted)) return mergedList(current, applied, wanted, field);
  if (!isObject(wanted)) return wanted;
  const from = isObject(current) ? current : {};
  const before = isObject(applied) ? applied : {};
  const result: Fields = {};
  for (const [name, value] of Object.entries(from)) {
    const isGone = name in before && !(name in wanted);
    if (!isGone && !(RETAINED_KEYS.has(field) && !(name in wanted))) result[name] = value;
  }
  for (const [name, value] of Object.entries(wanted)) {
    if (value === null) delete result[name];
    else result[name] = merged(from[name], before[name], value, name);
  }
  return result;
}

function mergedList(current: unknown, applied: unknown, wanted: readonly unknown[], field: string): unknown[] {
  const ports = wanted.some((item) => isObject(item) && 'containerPort' in item) ? 'containerPort' : 'port';
  const key = field === 'ports' ? ports : MERGE_KEYS[field];
  if (key === undefined || !Array.isArray(current)) return [...wanted];
  const find = (items: unknown, item: unknown) =>
    Array.isArray(items) && isObject(item) ? items.find((one) => isObject(one) && one[key] === item[key]) : undefined;
  const items = wanted.map((item) => merged(find(current, item), find(applied, item), item, field));
  const others = current.filter((item) => find(wanted, item) === undefined && find(applied, item) === undefined);
  return [...items, ...others];
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
