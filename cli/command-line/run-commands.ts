import { type Command, Option } from 'commander';
import { runAction } from '../action.ts';
import { count, list } from './repeatable.ts';

const OUTPUT = 'table|wide|json|yaml|name|junit|github|markdown|html, with =FILE into a file; repeatable';

/** Commands that play files. */
export function runCommands(program: Command): void {
  program.commandsGroup('Run:');
  runOptions(
    program.command('run').description('run scenarios or plain manifests; the exit code is the verdict'),
  ).action(runAction(async () => (await import('../commands/run.ts')).runCommand));
  selectOptions(program.command('diff'))
    .description('run files with two kubelets, or in both runtimes, and show what changes; exit 1 if something does')
    .argument('<files...>', 'files or folders; - reads stdin')
    .option('--kubelet <range>', 'which two kubelets; default: 1.34..1.36')
    .option('--runtimes <range>', 'virtual..docker: which two runtimes instead')
    .option(
      '--tolerance <duration>',
      'with --runtimes: how far apart the same moment may be; default: the scenario says it',
    )
    .option('--seed <n>', 'seed of everything random; default: the one of the scenario')
    .option('-o, --output <format>', 'json', list, [])
    .action(runAction(async () => (await import('../commands/diff.ts')).diffCommand));
  selectOptions(program.command('watch'))
    .description('run again what a save concerns, and show what is different')
    .argument('<files...>', 'files or folders')
    .addOption(
      new Option('--runtime <where>', 'where containers run').choices(['virtual', 'docker']).default('virtual'),
    )
    .option('--seed <n>', 'seed of everything random; default: the one of the scenario')
    .action(runAction(async () => (await import('../commands/watch.ts')).watchCommand));
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
    .action(runAction(async () => (await import('../commands/sweep.ts')).sweepCommand));
  program
    .command('up')
    .description('start what a file describes on Docker and leave it running')
    .argument('<file>', 'scenario or manifests; - reads stdin')
    .option('--seed <n>', 'seed of everything random')
    .action(runAction(async () => (await import('../commands/up.ts')).upCommand));
  program
    .command('down')
    .description('end what up or run --keep left running')
    .argument('[run]', 'which one; default: all of this machine')
    .action(runAction(async () => (await import('../commands/up.ts')).downCommand));
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
    .option('--teach', 'say between the events why they happen')
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
