import { type Command, Option } from 'commander';
import { runAction } from '../action.ts';
import { list } from './repeatable.ts';

const AT = ['--at <time>', 'as it was at this moment of the run: 42s, 1m30s'] as const;

/** Commands that look at runs, and at what is real. */
export function lookCommands(program: Command): void {
  program.commandsGroup('Look:');
  const look = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--run <run>', 'which run; default: the one that goes on, or the last one')
      .option('-n, --namespace <namespace>', 'only this namespace; default: all');
  look('get', 'objects at the end of a run, as kubectl get prints them')
    .argument('[what...]', 'pods, svc,ep, pod/web, all …; default: pods', ['pods'])
    .option('-o, --output <format>', 'wide|json|yaml|name|jsonpath=TEMPLATE', list, [])
    .option('-A, --all-namespaces', 'of every namespace, as without -n, and say of which')
    .option(...AT)
    .option('-l, --selector <labels>', 'app=web,tier!=x')
    .option('-w, --watch', 'every change from the start of the run on; one that goes on is followed')
    .option('--output-watch-events', 'with -w: say whether an object was added, modified or deleted')
    .option('--timestamps', 'with -w: with the time since the start')
    .option('--no-headers', 'leave the headers out')
    .action(runAction(async () => (await import('../commands/look.ts')).getCommand));
  look('describe', 'objects at the end of a run, as kubectl describe prints them')
    .argument('[what...]', 'pods, pod web, svc/web, deployments …; default: pods', ['pods'])
    .option(...AT)
    .option('-l, --selector <labels>', 'app=web,tier!=x')
    .action(runAction(async () => (await import('../commands/look.ts')).describeCommand));
  look('events', 'the events of a run, as kubectl events prints them')
    .argument('[run]', 'which finished run; default: the last one')
    .option('-o, --output <format>', 'json|yaml', list, [])
    .option('-A, --all-namespaces', 'of every namespace, as without -n, and say of which')
    .option(...AT)
    .option('--types <types>', 'Warning, Normal')
    .option('--for <object>', 'only about this object: pod/web')
    .option('-w, --watch', 'every event from the start of the run on; one that goes on is followed')
    .option('--timestamps', 'with -w: with the time since the start')
    .action(runAction(async () => (await import('../commands/look.ts')).eventsCommand));
  look('logs', 'what the containers of a run wrote')
    .argument('[pod]', 'the pod; needed if there are several')
    .option('-c, --container <name>', 'which container; default: all')
    .option('-p, --previous', 'the instance before the last one')
    .option('--timestamps', 'with the time since the start')
    .option('--tail <n>', 'only the last lines')
    .action(runAction(async () => (await import('../commands/look.ts')).logsCommand));
  look('timeline', 'a run as lanes of text')
    .argument('[run]', 'which finished run; default: the last one')
    .option('--all', 'every lane')
    .option('--width <columns>', 'default: that of the terminal')
    .option('--ascii', 'nothing but ASCII')
    .action(runAction(async () => (await import('../commands/look.ts')).timelineCommand));
  doctorCommand(program);
  program
    .command('explain')
    .description('what a field of a probe really does; of a file: its probes with defaults, and what they come to')
    .argument('[what]', 'livenessProbe.initialDelaySeconds, httpGet.port …, or a file; - reads stdin')
    .option('-o, --output <format>', 'json, of a file', list, [])
    .action(runAction(async () => (await import('../commands/explain.ts')).explainCommand));
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
    .action(runAction(async () => (await import('../commands/doctor.ts')).doctorCommand));
}
