import { Command, CommanderError, Option } from 'commander';
import { runAction } from './action.ts';
import { toleratePipeEnd } from './streams.ts';
import { version } from './version.ts';

// Nothing but commander is loaded here: `--help` has to be there at once. Each command loads what it needs.

const EXAMPLES = `Examples:
  probelab run scenarios/osm/liveness-restart.yaml
  probelab run pod.yaml --runtime docker

`;
const OUTPUT = 'table|wide|json|yaml|name|junit|github|markdown|html, with =FILE into a file; repeatable';

function list(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function count(_: string, before: number): number {
  return before + 1;
}

/** The command line: all commands and flags, without their code. */
export function buildProgram(): Command {
  const program = new Command('probelab')
    .description('Shows how Kubernetes will probe a pod, above all a meshed pod, without a cluster.')
    .version(version(), '-V, --version', 'print the version')
    .addHelpText('beforeAll', EXAMPLES)
    .option('--color <when>', 'auto, always or never', 'auto')
    .option('--output-dir <dir>', 'where finished runs are kept (default: .probelab)')
    .showSuggestionAfterError(true)
    .exitOverride();
  runCommands(program);
  lookCommands(program);
  authorCommands(program);
  keepCommands(program);
  return program;
}

function runCommands(program: Command): void {
  program.commandsGroup('Run:');
  runOptions(
    program.command('run').description('run scenarios or plain manifests; the exit code is the verdict'),
  ).action(runAction(async () => (await import('./commands/run.ts')).runCommand));
  selectOptions(program.command('diff'))
    .description('run files with two kubelets and show what changes; exit 1 if something does')
    .argument('<files...>', 'files or folders; - reads stdin')
    .option('--kubelet <range>', 'which two', '1.34..1.36')
    .option('--seed <n>', 'seed of everything random; default: the one of the scenario')
    .option('-o, --output <format>', 'json', list, [])
    .action(runAction(async () => (await import('./commands/diff.ts')).diffCommand));
  selectOptions(program.command('watch'))
    .description('run again what a save concerns, and show what is different')
    .argument('<files...>', 'files or folders')
    .addOption(
      new Option('--runtime <where>', 'where containers run').choices(['virtual', 'docker']).default('virtual'),
    )
    .option('--seed <n>', 'seed of everything random; default: the one of the scenario')
    .action(runAction(async () => (await import('./commands/watch.ts')).watchCommand));
  program
    .command('sweep')
    .description('play files with every combination of values and seeds, in virtual time; exit 1 if a run fails')
    .argument('<files...>', 'scenarios, manifests or folders; - reads stdin')
    .option(
      '--set <variation>',
      'FIELD=VALUES: livenessProbe.failureThreshold=1,3,5, app/startupProbe.periodSeconds=1..5, pod/web:PATH=… or spec.… of the scenario; repeatable',
      list,
      [],
    )
    .option('--seeds <seeds>', '1..20 or 3,7; default: the one of the scenario')
    .option('-o, --output <format>', 'json', list, [])
    .action(runAction(async () => (await import('./commands/sweep.ts')).sweepCommand));
  program
    .command('up')
    .description('start what a file describes on Docker and leave it running')
    .argument('<file>', 'scenario or manifests; - reads stdin')
    .option('--seed <n>', 'seed of everything random')
    .action(runAction(async () => (await import('./commands/up.ts')).upCommand));
  program
    .command('down')
    .description('end what up or run --keep left running')
    .argument('[run]', 'which one; default: all of this machine')
    .action(runAction(async () => (await import('./commands/up.ts')).downCommand));
}

/** Which of the scenarios in the files. */
function selectOptions(command: Command): Command {
  return command
    .option('--grep <pattern>', 'only scenarios whose name or file matches this regular expression')
    .option('--tag <label>', 'only scenarios with this label: topic=osm, or osm; repeatable', list, []);
}

function runOptions(command: Command): Command {
  return selectOptions(command)
    .argument('[files...]', 'files or folders; FILE:LINE judges the expectation there; - reads stdin')
    .option('-f, --filename <file>', 'another file, as in kubectl; repeatable', list, [])
    .addOption(
      new Option('--runtime <where>', 'where containers run').choices(['virtual', 'docker']).default('virtual'),
    )
    .option('--seed <n>', 'seed of everything random; default: the one of the scenario')
    .option('-o, --output <format>', OUTPUT, list, [])
    .option('--timeout <duration>', 'wall-clock limit, such as 5m; exit 124')
    .option('--keep', 'docker: leave the containers running at the end')
    .option('--strict', 'refuse manifests with parts that the lab does not run')
    .option('-q, --quiet', 'nothing but the verdict')
    .option('-v, --verbose', 'every probe attempt; twice: everything', count, 0)
    .addOption(
      new Option('--log-format <format>', 'of the live log')
        .choices(['auto', 'pretty', 'text', 'json'])
        .default('auto'),
    )
    .addOption(
      new Option('--timestamps <how>', 'times of the live log').choices(['relative', 'rfc3339']).default('relative'),
    )
    .option('--no-save', 'do not keep the run');
}

function lookCommands(program: Command): void {
  program.commandsGroup('Look:');
  const look = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--run <run>', 'which run; default: the one that goes on, or the last one')
      .option('-n, --namespace <namespace>', 'only this namespace; default: all');
  look('get', 'objects at the end of a run, as kubectl get prints them')
    .argument('[what...]', 'pods, svc,ep, pod/web, all …', ['pods'])
    .option('-o, --output <format>', 'wide|json|yaml|name', list, [])
    .option('-l, --selector <labels>', 'app=web,tier!=x')
    .option('-w, --watch', 'every change from the start of the run on; one that goes on is followed')
    .option('--output-watch-events', 'with -w: say whether an object was added, modified or deleted')
    .option('--timestamps', 'with -w: with the time since the start')
    .option('--no-headers', 'leave the headers out')
    .action(runAction(async () => (await import('./commands/look.ts')).getCommand));
  look('describe', 'objects at the end of a run, as kubectl describe prints them')
    .argument('[what...]', 'pods, pod web, svc/web, deployments …', ['pods'])
    .option('-l, --selector <labels>', 'app=web,tier!=x')
    .action(runAction(async () => (await import('./commands/look.ts')).describeCommand));
  look('events', 'the events of a run, as kubectl events prints them')
    .argument('[run]', 'which finished run; default: the last one')
    .option('-o, --output <format>', 'json|yaml', list, [])
    .option('--types <types>', 'Warning, Normal')
    .option('--for <object>', 'only about this object: pod/web')
    .option('-w, --watch', 'every event from the start of the run on; one that goes on is followed')
    .option('--timestamps', 'with -w: with the time since the start')
    .action(runAction(async () => (await import('./commands/look.ts')).eventsCommand));
  look('logs', 'what the containers of a run wrote')
    .argument('[pod]', 'the pod; needed if there are several')
    .option('-c, --container <name>', 'which container; default: all')
    .option('-p, --previous', 'the instance before the last one')
    .option('--timestamps', 'with the time since the start')
    .option('--tail <n>', 'only the last lines')
    .action(runAction(async () => (await import('./commands/look.ts')).logsCommand));
  look('timeline', 'a run as lanes of text')
    .argument('[run]', 'which finished run; default: the last one')
    .option('--all', 'every lane')
    .option('--width <columns>', 'default: that of the terminal')
    .option('--ascii', 'nothing but ASCII')
    .action(runAction(async () => (await import('./commands/look.ts')).timelineCommand));
  doctorCommand(program);
  program
    .command('explain')
    .description('what a field of a probe really does; of a file: its probes with defaults, and what they come to')
    .argument('[what]', 'livenessProbe.initialDelaySeconds, httpGet.port …, or a file; - reads stdin')
    .option('-o, --output <format>', 'json, of a file', list, [])
    .action(runAction(async () => (await import('./commands/explain.ts')).explainCommand));
}

function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'what is wrong with a mesh or a network: of a run, of files, or of a live cluster (kubectl get only); exit 1 if a check fails',
    )
    .argument('<system>', 'osm or calico')
    .option(
      '-f, --filename <file>',
      'objects as kubectl get -o yaml|json writes them, or a report; - reads stdin; repeatable',
      list,
      [],
    )
    .option('--run <run>', 'a finished run; default: the last one, if there is any')
    .option('--cluster', "the cluster of kubectl's current context; default if there is no run")
    .option('--context <context>', 'the cluster of this context of kubectl')
    .option('--kubeconfig <file>', "kubectl's configuration")
    .option('--request-timeout <duration>', 'limit of each call of kubectl', '15s')
    .option('-n, --namespace <namespace>', 'only pods of this namespace; default: all')
    .option('-o, --output <format>', 'json|yaml|junit, with =FILE into a file; repeatable', list, [])
    .option('-v, --verbose', 'also what succeeded')
    .addOption(
      new Option('--fail-on <status>', 'what makes the exit code 1').choices(['error', 'warning']).default('error'),
    )
    .option('--mesh-name <name>', 'only this mesh')
    .option('--mesh-version <version>', 'release of the mesh; default: as its objects say')
    .option('--osm-namespace <namespace>', 'namespace of the control plane; default: found out')
    .action(runAction(async () => (await import('./commands/doctor.ts')).doctorCommand));
}

function authorCommands(program: Command): void {
  program.commandsGroup('Author:');
  program
    .command('init')
    .description('write a scenario that runs these manifests, ready to be changed')
    .argument('<file>', 'manifests')
    .option('--name <name>', 'of the scenario; default: that of the file')
    .action(runAction(async () => (await import('./commands/init.ts')).initCommand));
  program
    .command('validate')
    .description('check files without running them')
    .argument('<files...>', 'files or folders; - reads stdin')
    .option('-o, --output <format>', 'json', list, [])
    .option('--strict', 'refuse manifests with parts that the lab does not run')
    .option('--vacuous', 'refuse scenarios whose expectations hold without any probe')
    .action(runAction(async () => (await import('./commands/validate.ts')).validateCommand));
  program
    .command('check')
    .description('rules about the times of probes; nothing is run; exit 1 if there is an error')
    .argument('[files...]', 'manifests, scenarios or folders; - reads stdin')
    .option('-o, --output <format>', 'json|github', list, [])
    .option('--startup <duration>', 'how long the apps take to come up, such as 45s')
    .option('--ignore <rule>', 'leave a rule out; repeatable', list, [])
    .addOption(
      new Option('--fail-on <level>', 'what makes the exit code 1').choices(['error', 'warning']).default('error'),
    )
    .option('--explain <rule>', 'what a rule means, and what to do')
    .action(runAction(async () => (await import('./commands/check.ts')).checkCommand));
  program
    .command('inject')
    .description('what a mesh makes of the pods in a file')
    .argument('<file>', 'manifests; - reads stdin')
    .option('--envoy', "Envoy's bootstrap")
    .option('--iptables', 'the rules of the init container')
    .option('-o, --output <format>', 'yaml|json', list, [])
    .option('--mesh-version <version>', 'release of the mesh')
    .option('--mesh-config <file>', 'a MeshConfig object')
    .action(runAction(async () => (await import('./commands/inject.ts')).injectCommand));
}

function keepCommands(program: Command): void {
  program.commandsGroup('Keep:');
  program
    .command('images')
    .description('the images that scenarios use: build makes them where no registry answers, list shows them')
    .argument('<action>', 'build or list')
    .argument('[names...]', 'only these')
    .action(runAction(async () => (await import('./commands/images.ts')).imagesCommand));
  program
    .command('clean')
    .description('remove containers and networks that dead runs left')
    .action(runAction(async () => (await import('./commands/clean.ts')).cleanCommand));
  program
    .command('schema')
    .description('print the JSON Schema of scenario files')
    .action(runAction(async () => (await import('./commands/schema.ts')).schemaCommand));
  program
    .command('config')
    .description('what the flags are if the command line does not say: PROBELAB_…, probelab.config.yaml, the default')
    .addArgument(program.createArgument('<action>', 'what to do').choices(['view']))
    .option('-o, --output <format>', 'json|yaml', list, [])
    .option('--all', 'also the defaults')
    .action(
      runAction(async () => {
        const { configCommand } = await import('./commands/config.ts');
        return (action: string, options: Parameters<typeof configCommand>[1]) =>
          configCommand(action, options, program);
      }),
    );
  program
    .command('completion')
    .description('print a completion script: source <(probelab completion bash)')
    .addArgument(program.createArgument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action(
      runAction(async () => {
        const { completionCommand } = await import('./commands/completion.ts');
        return (shell: string) => completionCommand(shell, program);
      }),
    );
  program
    .command('version')
    .description('print the versions')
    .option('-o, --output <format>', 'json', list, [])
    .action(runAction(async () => (await import('./commands/version.ts')).versionCommand));
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
      outputError: (text, write) => write(text.replace(/^error: /, 'error[USAGE]: ').replace('\n(Did', ' (Did')),
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
