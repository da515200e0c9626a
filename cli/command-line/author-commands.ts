import { type Command, Option } from 'commander';
import { runAction } from '../action.ts';
import { list } from './repeatable.ts';

/** Commands about files, which are not played. */
export function authorCommands(program: Command): void {
  program.commandsGroup('Author:');
  program
    .command('init')
    .description('write a scenario that runs these manifests, ready to be changed')
    .argument('<file>', 'manifests')
    .option('--name <name>', 'of the scenario; default: that of the file')
    .action(runAction(async () => (await import('../commands/init.ts')).initCommand));
  program
    .command('validate')
    .description('check files without running them')
    .argument('<files...>', 'files or folders; - reads stdin')
    .option('-o, --output <format>', 'json', list, [])
    .option('--strict', 'refuse manifests with parts that the lab does not run')
    .option('--vacuous', 'refuse scenarios whose expectations hold without any probe')
    .action(runAction(async () => (await import('../commands/validate.ts')).validateCommand));
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
    .action(runAction(async () => (await import('../commands/check.ts')).checkCommand));
  program
    .command('inject')
    .description('what a mesh makes of the pods in a file')
    .argument('<file>', 'manifests; - reads stdin')
    .option('--envoy', "Envoy's bootstrap")
    .option('--iptables', 'the rules of the init container')
    .option('-o, --output <format>', 'yaml|json', list, [])
    .option('--mesh-version <version>', 'release of the mesh')
    .option('--mesh-config <file>', 'a MeshConfig object')
    .action(runAction(async () => (await import('../commands/inject.ts')).injectCommand));
}
