import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { out } from '../streams.ts';

/** `probelab completion bash|zsh|fish`: a script made from the commands and flags there are. */
export function completionCommand(shell: string, program: Command): number {
  const commands = program.commands.filter((command) => command.name() !== 'help');
  const flags = new Map(commands.map((command) => [command.name(), flagsOf(program).concat(flagsOf(command))]));
  out(shell === 'fish' ? fish(commands, flags) : bash(commands, flags, shell === 'zsh'));
  return EXIT.ok;
}

function flagsOf(command: Command): string[] {
  return command.options.flatMap((option) => (option.long === undefined ? [] : [option.long ?? '']));
}

function bash(commands: readonly Command[], flags: ReadonlyMap<string, string[]>, zsh: boolean): string {
  const cases = [...flags].map(([name, list]) => `    ${name}) words="${list.join(' ')}" ;;`).join('\n');
  const names = commands.map((command) => command.name()).join(' ');
  const head = zsh ? 'autoload -U +X bashcompinit && bashcompinit\n' : '';
  return `${head}_probelab() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$words --help" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _probelab probelab
`;
}

function fish(commands: readonly Command[], flags: ReadonlyMap<string, string[]>): string {
  const lines = commands.map(
    (command) =>
      `complete -c probelab -n __fish_use_subcommand -a ${command.name()} -d '${quoted(command.description())}'`,
  );
  for (const [name, list] of flags) {
    for (const flag of list) {
      lines.push(`complete -c probelab -n '__fish_seen_subcommand_from ${name}' -l ${flag.replace(/^--/, '')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return text.replaceAll("'", "\\'");
}
