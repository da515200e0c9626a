import type { Listener, ProgramHost, TcpConnection } from '../../host.ts';
import { wallNow } from '../go-log.ts';
import type { BirdView } from './bird-view.ts';
import { CliReply } from './cli-reply.ts';
import { manage } from './manage-commands.ts';
import { show, VERSION } from './show-commands.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const SYNTAX_ERROR = '9001 syntax error\n';
/** What a restricted session may not do. */
const CHANGES = /^(?:configure(?! check)|disable|enable|restart|reload|down|debug|mrtdump)\b/;

/**
 * BIRD's control socket: one command a line, each from its first word to its last as BIRD's grammar has it (beginnings of
 * words are birdcl's business).
 * Models bird 1.6 nest/cli.c, nest/cmds.c, nest/config.Y.
 */
export function serveControl(host: ProgramHost, path: string, view: BirdView): Listener {
  return host.listenUnix({ path }, { onConnection: (connection) => converse(host, connection, view) });
}

function converse(host: ProgramHost, connection: TcpConnection, view: BirdView): void {
  connection.send(encoder.encode(`0001 BIRD ${VERSION} ready.\n`));
  let rest = '';
  let restricted = false;
  connection.onData((data) => {
    const lines = (rest + decoder.decode(data)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const command = words(line);
      if (command.join(' ') === 'restrict') restricted = true;
      connection.send(encoder.encode(answer(command, { view, restricted, now: wallNow(host) })));
    }
  });
}

function answer(
  command: readonly string[],
  { view, restricted, now }: { view: BirdView; restricted: boolean; now: number },
): string {
  const [verb, ...rest] = command;
  if (verb === 'restrict' && rest.length === 0) return new CliReply().end('0016', 'Access restricted');
  if (restricted && CHANGES.test(command.join(' '))) return new CliReply().end('8007', 'Access denied');
  const reply = verb === 'show' ? show(rest, view, now) : manage(command, view);
  return reply ?? SYNTAX_ERROR;
}

/** Words, strings with their quotes, braces and what stands in them; comments are none. */
function words(line: string): string[] {
  return line.replace(/#.*/, '').match(/"[^"]*"|\{[^}]*\}|[^\s"{}]+/g) ?? [];
}
