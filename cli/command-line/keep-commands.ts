import type { Command } from 'commander';
import { runAction } from '../action.ts';
import { list } from './repeatable.ts';

/** Commands about what stands around a run: images, what was left behind, configuration. */
export function keepCommands(program: Command): void {
  program.commandsGroup('Keep:');
  program
    .command('images')
    .description('the images that scenarios use: build makes them where no registry answers, list shows them')
    .argument('<action>', 'build or list')
    .argument('[names...]', 'only these')
    .action(runAction(async () => (await import('../commands/images.ts')).imagesCommand));
  program
    .command('clean')
    .description('remove containers and networks that dead runs left')
    .action(runAction(async () => (await import('../commands/clean.ts')).cleanCommand));
  program
    .command('schema')
    .description('print the JSON Schema of scenario files')
    .action(runAction(async () => (await import('../commands/schema.ts')).schemaCommand));
  program
    .command('config')
    .description('what the flags are if the command line does not say: PROBELAB_…, probelab.config.yaml, the default')
    .addArgument(program.createArgument('<action>', 'what to do').choices(['view']))
    .option('-o, --output <format>', 'json|yaml', list, [])
    .option('--all', 'also the defaults')
    .action(
      runAction(async () => {
        const { configCommand } = await import('../commands/config.ts');
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
        const { completionCommand } = await import('../commands/completion.ts');
        return (shell: string) => completionCommand(shell, program);
      }),
    );
  program
    .command('version')
    .description('print the versions')
    .option('-o, --output <format>', 'json', list, [])
    .action(runAction(async () => (await import('../commands/version.ts')).versionCommand));
}
