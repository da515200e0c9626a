import { parseDocument } from 'yaml';
import { LabError } from '../../sim/core/errors.ts';
import type { NewObject } from '../../sim/kube/store.ts';
import { saysScenario } from '../../sim/scenario/load.ts';
import type { Combination, Variation } from './variation.ts';

type Value = Variation['values'][number];
type Fields = Record<string, unknown>;

/** The text of a scenario file with the values of a combination that concern the scenario itself. */
export function varyText(text: string, combination: Combination): string {
  const own = combination.filter(({ variation }) => variation.target.kind === 'scenario');
  if (own.length === 0) return text;
  if (!saysScenario(text)) {
    throw new LabError('USAGE', `--set ${own[0]?.variation.name}: the file is no scenario`, {
      hint: 'For an object write KIND/NAME:spec.…, such as pod/web:spec.terminationGracePeriodSeconds=0,30.',
    });
  }
  const document = parseDocument(text);
  for (const { variation, value } of own) {
    const path = variation.target.path.map(step);
    if (value === null) document.deleteIn(path);
    else document.setIn(path, value);
  }
  return document.toString();
}

/**
 * The objects with the values of a combination that concern them; new ones, those given stay as they are.
 * @throws LabError USAGE: a variation finds no place.
 */
export function varyObjects(objects: readonly NewObject[], combination: Combination): NewObject[] {
  const copies = JSON.parse(JSON.stringify(objects)) as NewObject[];
  for (const { variation, value } of combination) {
    const { target, name } = variation;
    if (target.kind === 'scenario') continue;
    const found =
      target.kind === 'object'
        ? objectsNamed(copies, target.object)
        : containersOf(copies, target.container, target.path);
    if (found.length === 0) {
      throw new LabError('USAGE', `--set ${name} finds nothing to change`, { hint: whatThereIs(copies) });
    }
    for (const one of found) setAt(one, target.path, value, name);
  }
  return copies;
}

function step(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function objectsNamed(objects: readonly NewObject[], wanted: string): Fields[] {
  const [kind = '', name] = wanted.split('/');
  return objects.filter(
    (object) => object.kind.toLowerCase() === kind.toLowerCase().replace(/s$/, '') && object.metadata.name === name,
  ) as unknown as Fields[];
}

/** Of all containers of pods and templates: the one of a name, else those that have the first part of the field. */
function containersOf(objects: readonly NewObject[], name: string | undefined, path: readonly string[]): Fields[] {
  const all = objects.flatMap(containersIn);
  return name === undefined
    ? all.filter((container) => Object.hasOwn(container, path[0] ?? ''))
    : all.filter((container) => container.name === name);
}

function containersIn(object: NewObject): Fields[] {
  const spec = object.kind === 'Pod' ? object.spec : (object.spec?.template as { spec?: Fields } | undefined)?.spec;
  return [...listOf(spec?.containers), ...listOf(spec?.initContainers)];
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}

function setAt(root: Fields, path: readonly string[], value: Value, name: string): void {
  let here: Fields = root;
  for (const part of path.slice(0, -1)) {
    here[part] ??= {};
    const next = here[part];
    if (typeof next !== 'object' || next === null) {
      throw new LabError('USAGE', `--set ${name}: "${part}" is no object that has fields`);
    }
    here = next as Fields;
  }
  const last = path.at(-1) ?? '';
  if (value === null) delete here[last];
  else here[last] = value;
}

function whatThereIs(objects: readonly NewObject[]): string {
  const containers = objects.flatMap(containersIn).map((container) => {
    const fields = Object.keys(container).filter((field) => field.endsWith('Probe'));
    return `${container.name}${fields.length === 0 ? '' : ` (${fields.join(', ')})`}`;
  });
  return `There are the containers ${containers.join(', ') || 'none'}, and ${objects
    .map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`)
    .slice(0, 10)
    .join(', ')}.`;
}
