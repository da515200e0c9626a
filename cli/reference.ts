import type { Option } from 'commander';
import { examplesOf } from './command-line/examples.ts';
import { buildProgram } from './program.ts';

/** The page docs/cli.md: every command with its flags, made from the program itself so that it cannot go stale. */
export function commandReference(): string {
  const program = buildProgram();
  const parts = [
    '# Commands',
    '',
    '<!-- Made by `node cli/reference-main.ts`; do not edit. -->',
    '',
    program.description(),
    '',
    '## For every command',
    '',
    flagTable(program.options),
  ];
  for (const command of program.commands) {
    if (command.name() === 'help') continue;
    parts.push('', `## probelab ${command.name()}`, '', sentence(command.description()), '');
    parts.push('```', `probelab ${command.name()} ${command.usage()}`, '```');
    const examples = examplesOf(command.name());
    if (examples !== undefined) parts.push('', '```', ...examples, '```');
    const rows = command.registeredArguments.map((argument) => [`\`${argument.name()}\``, argument.description]);
    if (rows.length > 0) parts.push('', table(['argument', 'meaning'], rows));
    if (command.options.length > 0) parts.push('', flagTable(command.options));
  }
  return `${parts.join('\n')}\n${EXIT_CODES}`;
}

const EXIT_CODES = `
## Configuration

A flag that the command line does not give comes from the environment (\`PROBELAB_RUNTIME\`, \`PROBELAB_OUTPUT_DIR\`: the
flag's name in capitals), else from \`probelab.config.yaml\` (or \`probelab.config.ts\`, whose default export it is) in the
current folder, else it has its default. Keys are the flags' names in camel case; below a command's name they are for that
command only:

\`\`\`yaml
outputDir: build/probelab
seed: 7
run:
  runtime: docker
  timeout: 5m
  output: [junit=build/junit.xml]
\`\`\`

\`probelab config view\` shows what that comes to, and where each value is from.

## Exit codes

| code | meaning |
|---|---|
| 0 | all expectations are met |
| 1 | an expectation or a check failed |
| 2 | an invariant of the simulator is broken: a defect of probelab |
| 64 | usage: unknown command or flag, missing file argument |
| 65 | bad data: a scenario or a manifest is not valid |
| 69 | what is needed is not there: a Docker engine, an image, a cluster, Node 24 |
| 124 | the wall-clock limit of \`--timeout\` is reached |
| 130 | interrupted; containers are cleaned up first, a second Ctrl-C forces |

If several apply, the first of 130, 2, 69, 124, 1 decides.
`;

function flagTable(options: readonly Option[]): string {
  const rows = options.map((option) => {
    const choices = option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`;
    const plain = option.defaultValue === undefined || Array.isArray(option.defaultValue) || option.defaultValue === 0;
    const byDefault = plain || option.negate ? '' : `; default \`${option.defaultValue}\``;
    return [`\`${option.flags}\``, `${option.description}${choices}${byDefault}`];
  });
  return table(['flag', 'meaning'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
