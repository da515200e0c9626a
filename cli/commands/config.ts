import type { Command } from 'commander';
import { LabError } from '../../sim/core/errors.ts';
import { printTable } from '../../sim/report/kubectl/table.ts';
import type { GlobalOptions } from '../action.ts';
import { configure, optionsOf, readConfiguration, variableOf } from '../configuration.ts';
import { EXIT } from '../exit-codes.ts';
import { objectsText } from '../output/objects.ts';
import { parseTargets } from '../output/targets.ts';
import { err, out } from '../streams.ts';

interface ConfigOptions extends GlobalOptions {
  output: string[];
  all?: boolean;
}

interface Setting {
  command: string;
  flag: string;
  value: unknown;
  source: string;
}

/** `probelab config view`: what every flag is if the command line does not say, and where that comes from. */
export async function configCommand(action: string, options: ConfigOptions, program: Command): Promise<number> {
  if (action !== 'view') throw new LabError('USAGE', `config cannot ${action}`, { hint: 'config view shows it.' });
  const [target] = parseTargets(options.output, ['table', 'json', 'yaml']);
  const configuration = await readConfiguration();
  const settings: Setting[] = [];
  for (const command of program.commands) {
    // The own flags of this command, as they were given, are no configuration.
    if (command.name() === 'config' || command.name() === 'help') continue;
    await configure(command);
    for (const option of optionsOf(command)) {
      const owner = command.options.includes(option) ? command : program;
      const source = owner.getOptionValueSource(option.attributeName());
      const from =
        source === 'env'
          ? variableOf(option)
          : source === 'config'
            ? (configuration?.file ?? '')
            : (source ?? 'default');
      if (options.all !== true && from === 'default') continue;
      const value = owner.getOptionValue(option.attributeName());
      settings.push({ command: command.name(), flag: option.long ?? option.flags, value: value ?? null, source: from });
    }
  }
  const format = target?.format ?? 'table';
  if (format === 'json' || format === 'yaml') out(objectsText(settings, format));
  else if (settings.length === 0) err('Every flag has its default; --all shows them.\n');
  else out(printTable(tableOf(settings)));
  return EXIT.ok;
}

function tableOf(settings: readonly Setting[]): { headers: string[]; rows: string[][] } {
  return {
    headers: ['COMMAND', 'FLAG', 'VALUE', 'SOURCE'],
    rows: settings.map(({ command, flag, value, source }) => [command, flag, shown(value), source]),
  };
}

function shown(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return '-';
  return Array.isArray(value) ? value.join(',') : String(value);
}
