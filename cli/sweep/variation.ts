import { LabError } from '../../sim/core/errors.ts';

/** One thing that is varied: where it stands, and the values it is given. */
export interface Variation {
  /** As the user wrote it. */
  name: string;
  target:
    | { kind: 'scenario'; path: readonly string[] }
    | { kind: 'object'; object: string; path: readonly string[] }
    | { kind: 'container'; container: string | undefined; path: readonly string[] };
  /** `null` takes the field away. */
  values: readonly (string | number | boolean | null)[];
}

const MAX_VALUES = 1000;
const HINT =
  'Such as livenessProbe.failureThreshold=1,3,5, app/startupProbe.periodSeconds=1..5, pod/web:spec.terminationGracePeriodSeconds=0,30 or spec.mesh.osm.version=1.0,1.1.';

/**
 * Reads `[CONTAINER/]FIELD=VALUES` (of every container that has the field's first part, or of one), `KIND/NAME:PATH=VALUES`
 * (of an object), `spec.…=VALUES` (of the scenario). Values are separated by commas; `1..5` and `0..60/10` are ranges.
 * @throws LabError USAGE.
 */
export function parseVariation(text: string): Variation {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at)).trim();
  const values =
    at < 0
      ? []
      : text
          .slice(at + 1)
          .split(',')
          .flatMap(valuesOf);
  if (name === '' || values.length === 0) throw new LabError('USAGE', `--set cannot read "${text}"`, { hint: HINT });
  if (values.length > MAX_VALUES) throw new LabError('USAGE', `--set ${name} has more than ${MAX_VALUES} values`);
  const [, object, ofObject] = /^([A-Za-z]+\/[^:]+):(.+)$/.exec(name) ?? [];
  if (object !== undefined) return { name, target: { kind: 'object', object, path: steps(ofObject ?? '') }, values };
  if (name.startsWith('spec.')) return { name, target: { kind: 'scenario', path: steps(name) }, values };
  const [, container, field = name] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
  return { name, target: { kind: 'container', container, path: steps(field) }, values };
}

/** `containers[0].image` and `containers.0.image` alike. */
function steps(path: string): string[] {
  return path
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((step) => step !== '');
}

function valuesOf(text: string): (string | number | boolean | null)[] {
  const [, from, to, step = '1'] = /^(-?\d+)\.\.(-?\d+)(?:\/(\d+))?$/.exec(text.trim()) ?? [];
  if (from === undefined || to === undefined) return [scalar(text.trim())];
  const by = Number(step);
  const count = by === 0 ? Number.POSITIVE_INFINITY : Math.floor((Number(to) - Number(from)) / by) + 1;
  if (count < 1 || count > MAX_VALUES) {
    throw new LabError('USAGE', `"${text}" is no range`, { hint: 'Write 1..5, or 0..60/10 for every tenth.' });
  }
  return Array.from({ length: count }, (_, index) => Number(from) + index * by);
}

function scalar(text: string): string | number | boolean | null {
  if (/^-?\d+$/.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  return text === 'null' || text === '' ? null : text.replace(/^(["'])(.*)\1$/, '$2');
}

/** `1..20` or `3,7`; undefined: the scenario's own. @throws LabError USAGE. */
export function parseSeeds(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const seeds = text.split(',').flatMap(valuesOf);
  if (seeds.every((seed) => typeof seed === 'number' && seed >= 0)) return seeds as number[];
  throw new LabError('USAGE', `--seeds needs whole numbers, not "${text}"`, { hint: 'Such as 1..20 or 3,7.' });
}

/** One value of each variation. */
export type Combination = readonly { variation: Variation; value: Variation['values'][number] }[];

/** Every combination, the last variation changing fastest. */
export function combinations(variations: readonly Variation[]): Combination[] {
  return variations.reduce<Combination[]>(
    (all, variation) => all.flatMap((before) => variation.values.map((value) => [...before, { variation, value }])),
    [[]],
  );
}
