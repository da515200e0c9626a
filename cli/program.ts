import { type Argument, Command, CommanderError, Help, Option } from 'commander';
import { authorCommands } from './command-line/author-commands.ts';
import { examplesOf } from './command-line/examples.ts';
import { keepCommands } from './command-line/keep-commands.ts';
import { lookCommands } from './command-line/look-commands.ts';
import { runCommands } from './command-line/run-commands.ts';
import { toleratePipeEnd } from './streams.ts';
import { version } from './version.ts';

// Nothing but commander is loaded here: `--help` has to be there at once. Each command loads what it needs.

const EXAMPLES = `Examples:
  probelab run scenarios/osm/liveness-restart.yaml
  probelab run pod.yaml --runtime docker
`;
/** The command line: all commands and flags, without their code. */
export function buildProgram(): Command {
  const program = new Command('probelab')
    .description('Shows how Kubernetes will probe a pod, above all a meshed pod, without a cluster.')
    .version(version(), '-V, --version', 'print the version')
    .addHelpText('before', EXAMPLES)
    .configureHelp({ optionDescription: plainDescription, argumentDescription: plainDescription })
    .option('--color <when>', 'auto, always or never', 'auto')
    .option('--output-dir <dir>', 'where finished runs are kept (default: .probelab)')
    .showSuggestionAfterError(true)
    .exitOverride();
  runCommands(program);
  lookCommands(program);
  authorCommands(program);
  keepCommands(program);
  for (const command of program.commands) {
    const examples = examplesOf(command.name());
    if (examples !== undefined)
      command.addHelpText('before', `Examples:\n${examples.map((line) => `  ${line}\n`).join('')}`);
  }
  return program;
}

/** As commander describes it; lists have no default that is worth a word, or their description says it. */
function plainDescription(this: Help, what: Option | Argument): string {
  const { defaultValue } = what;
  const shown = Array.isArray(defaultValue) ? Object.assign(Object.create(what), { defaultValue: undefined }) : what;
  const { optionDescription, argumentDescription } = Help.prototype;
  return what instanceof Option ? optionDescription.call(this, shown) : argumentDescription.call(this, shown);
}

/** Usage errors are commander's; it has printed them in our shape. */
function usageExit(error: unknown): number {
  if (!(error instanceof CommanderError)) throw error;
  return error.exitCode === 0 ? 0 : 64;
}

/** Runs the command line; sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  toleratePipeEnd();
  const program = buildProgram();
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    command.configureOutput({
      outputError: (text, write) => {
        const help = command === program ? 'probelab --help' : `probelab ${command.name()} --help`;
        write(`${text.replace(/^error: /, 'error[USAGE]: ').replace('\n(Did', ' (Did')}  help: ${help}\n`);
      },
    });
  }
  if (argv.length <= 2) {
    process.stderr.write(program.helpInformation());
    process.exitCode = 64;
    return;
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = usageExit(error);
  }
}
