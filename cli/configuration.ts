import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command, Option } from 'commander';
import { LabError, LabErrors, type SourceLocation } from '../sim/core/errors.ts';
import { nearestName } from '../sim/kube/decoding/nearest-name.ts';
import { readYaml } from '../sim/kube/decoding/yaml-file.ts';
import { yaml12Scalar } from '../sim/kube/decoding/yaml-scalar.ts';
import { readInput } from './input.ts';

/** In the current folder; the first that is there. */
export const CONFIG_FILES = ['probelab.config.yaml', 'probelab.config.yml', 'probelab.config.ts'] as const;

/** What a configuration file holds: values by flag, for every command or below a command's name. */
export interface Configuration {
  file: string;
  values: Readonly<Record<string, unknown>>;
  locate(path: readonly string[]): SourceLocation | undefined;
}

/**
 * The configuration file of the current folder; undefined if there is none.
 * @throws LabErrors YAML_SYNTAX; LabError CONFIG_INVALID, FILE_UNREADABLE.
 */
export async function readConfiguration(): Promise<Configuration | undefined> {
  const file = CONFIG_FILES.find((name) => existsSync(name));
  if (file === undefined) return undefined;
  if (file.endsWith('.ts')) return fromModule(file);
  const { documents, errors } = readYaml(readInput(file), { file, uniqueKeys: true });
  if (errors.length > 0) throw new LabErrors(errors);
  const [document] = documents;
  const values = document?.value(yaml12Scalar) ?? {};
  return {
    file,
    values: objectOf(values, file, document?.location),
    locate: (path) => document?.locate(path, 'key'),
  };
}

async function fromModule(file: string): Promise<Configuration> {
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    const message = `${file} cannot be loaded: ${(error as Error).message}`;
    throw new LabError('CONFIG_INVALID', message, { cause: error, hint: 'It exports its values as default.' });
  }
  return { file, values: objectOf(module.default, file, undefined), locate: () => undefined };
}

function objectOf(value: unknown, file: string, location: SourceLocation | undefined): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(`${file} does not hold an object`, location, 'Write flag: value, or command: {flag: value}.');
}

function invalid(message: string, location: SourceLocation | undefined, hint: string): LabError {
  return new LabError('CONFIG_INVALID', message, { hint, ...(location === undefined ? {} : { location }) });
}

/** All options of a command, the ones for every command included. */
export function optionsOf(command: Command): readonly Option[] {
  return [...command.options, ...(command.parent?.options ?? [])].filter(
    (option) => option.attributeName() !== 'version',
  );
}

/** The environment variable of a flag: `PROBELAB_OUTPUT_DIR`. */
export function variableOf(option: Option): string {
  return `PROBELAB_${option
    .attributeName()
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase()}`;
}

/**
 * Fills in what the command line does not say: from the environment, else from the configuration file (a command's own
 * section first).
 * @throws LabErrors of every key and value of the file that is wrong; LabError USAGE for a bad variable.
 */
export async function configure(command: Command, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const configuration = await readConfiguration();
  if (configuration !== undefined) check(configuration, command.parent ?? command);
  for (const option of optionsOf(command)) {
    const name = option.attributeName();
    const owner = command.options.includes(option) ? command : (command.parent ?? command);
    const source = owner.getOptionValueSource(name);
    if (source !== undefined && source !== 'default') continue;
    const variable = env[variableOf(option)];
    if (variable !== undefined && variable !== '') {
      const value = valueFor(option, variable, true);
      if (value instanceof LabError) throw new LabError('USAGE', `${variableOf(option)}: ${value.message}`);
      owner.setOptionValueWithSource(name, value, 'env');
      continue;
    }
    const section = configuration?.values[command.name()];
    const given = own(section, name) ?? own(configuration?.values, name);
    if (given !== undefined) owner.setOptionValueWithSource(name, valueFor(option, given, false), 'config');
  }
}

function own(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, name)) return undefined;
  const value = (object as Record<string, unknown>)[name];
  // A command's section: `run` is also a flag of others.
  return typeof value === 'object' && !Array.isArray(value) ? undefined : value;
}

/** Every key has to be a flag of some command, every value one that the flag takes. */
function check({ file, values, locate }: Configuration, program: Command): void {
  const errors: LabError[] = [];
  const all = [program, ...program.commands];
  const visit = (entries: object, options: readonly Option[], path: readonly string[]): void => {
    for (const [key, value] of Object.entries(entries)) {
      const section = path.length === 0 ? program.commands.find((command) => command.name() === key) : undefined;
      if (section !== undefined && typeof value === 'object' && value !== null && !Array.isArray(value)) {
        visit(value, optionsOf(section), [key]);
        continue;
      }
      const place = locate([...path, key]);
      const option = options.find((one) => one.attributeName() === key);
      if (option === undefined) {
        const known = [
          ...options.map((one) => one.attributeName()),
          ...(path.length === 0 ? program.commands.map((one) => one.name()) : []),
        ];
        const nearest = nearestName(key, known);
        const hint = nearest === undefined ? 'probelab config view --all lists them.' : `Did you mean ${nearest}?`;
        errors.push(
          invalid(`"${key}" is not a flag${path.length === 0 ? '' : ` of ${path[0]}`} (${file})`, place, hint),
        );
        continue;
      }
      const read = valueFor(option, value, false);
      if (read instanceof LabError) errors.push(invalid(`${key}: ${read.message}`, place, 'Correct the value.'));
    }
  };
  visit(
    values,
    all.flatMap((command) => command.options),
    [],
  );
  if (errors.length > 0) throw new LabErrors(errors);
}

/** A value as the command gets it from its flag; an error if the flag does not take it. */
function valueFor(option: Option, given: unknown, isText: boolean): unknown {
  const wrong = (what: string) => new LabError('CONFIG_INVALID', `must be ${what}, not ${JSON.stringify(given)}`);
  if (option.isBoolean() || option.negate) {
    if (typeof given === 'boolean') return given;
    if (isText && /^(1|true|yes)$/i.test(String(given))) return true;
    if (isText && /^(0|false|no)$/i.test(String(given))) return false;
    return wrong('true or false');
  }
  if (Array.isArray(option.defaultValue)) {
    const list = isText ? String(given).split(',') : Array.isArray(given) ? given : [given];
    return list.every((item) => typeof item === 'string') ? list : wrong('a text or a list of texts');
  }
  if (typeof given !== 'string' && typeof given !== 'number') return wrong('a text');
  const text = String(given);
  if (option.argChoices !== undefined && !option.argChoices.includes(text)) {
    return wrong(`one of ${option.argChoices.join(', ')}`);
  }
  return text;
}
