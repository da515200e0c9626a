import type { BirdProtocol, BirdView } from './bird-view.ts';
import { CliReply } from './cli-reply.ts';
import { choose } from './protocol-pattern.ts';

const UNDO_DEFAULT_S = 300;
const DUMPS = ['resources', 'sockets', 'events', 'interfaces', 'neighbors', 'attributes', 'routes', 'protocols'];

/** The answer to a command that changes something; undefined: it is no such command. */
export function manage(command: readonly string[], view: BirdView): string | undefined {
  const [verb = '', ...rest] = command;
  switch (verb) {
    case 'enable':
    case 'disable':
    case 'restart':
      return forEach(rest, view, (reply, protocol) => switchOver(verb, { reply, protocol, view }));
    case 'reload': {
      const direction = rest[0] === 'in' || rest[0] === 'out' ? rest[0] : undefined;
      return forEach(direction === undefined ? rest : rest.slice(1), view, (reply, protocol) =>
        reload(reply, protocol, direction),
      );
    }
    case 'configure':
      return configure(rest, view);
    case 'down':
      if (rest.length > 0) return undefined;
      view.shutdown();
      return new CliReply().end('0007', 'Shutdown requested');
    case 'debug':
    case 'mrtdump':
      return isFlags(rest[1]) && rest.length === 2 ? forEach(rest.slice(0, 1), view, () => {}) : undefined;
    case 'echo':
      return isFlags(rest[0]) && /^\d*$/.test(rest[1] ?? '') && rest.length <= 2 ? new CliReply().end() : undefined;
    case 'dump':
      return rest.length === 1 && DUMPS.includes(rest[0] ?? '') ? new CliReply().end() : undefined;
    default:
      return undefined;
  }
}

function isFlags(word: string | undefined): boolean {
  return word === 'all' || word === 'off' || word?.startsWith('{') === true;
}

/** `words`: which protocols, and a message for the log. */
function forEach(
  words: readonly string[],
  view: BirdView,
  work: (reply: CliReply, protocol: BirdProtocol) => void,
): string | undefined {
  const [which, message, ...more] = words;
  if (which === undefined || more.length > 0 || (message !== undefined && !message.startsWith('"'))) return undefined;
  const chosen = choose(view, which);
  if (chosen === undefined || 'error' in chosen) return chosen?.error;
  const reply = new CliReply();
  for (const protocol of chosen.protocols) work(reply, protocol);
  return reply.end();
}

function switchOver(
  verb: 'enable' | 'disable' | 'restart',
  { reply, protocol: { name }, view }: { reply: CliReply; protocol: BirdProtocol; view: BirdView },
): void {
  if (verb === 'restart') {
    if (view.restart(name)) reply.line('0012', `${name}: restarted`);
    else reply.line('0008', `${name}: already disabled`);
    return;
  }
  const codes = verb === 'enable' ? { changed: '0011', already: '0010' } : { changed: '0009', already: '0008' };
  if (view.setEnabled(name, verb === 'enable')) reply.line(codes.changed, `${name}: ${verb}d`);
  else reply.line(codes.already, `${name}: already ${verb}d`);
}

/** Models bird 1.6 nest/proto.c proto_cmd_reload. Only the kernel and sessions can bring their routes anew. */
function reload(
  reply: CliReply,
  { name, protocol, state, details }: BirdProtocol,
  direction: 'in' | 'out' | undefined,
): void {
  if (state === 'down') reply.line('0008', `${name}: already disabled`);
  else if (state !== 'up' && state !== 'wait') return;
  else {
    const refreshes = protocol === 'Kernel' || details.bgp?.details.session?.peer.capabilities?.refresh === true;
    if (direction !== 'out' && !refreshes) reply.line('8006', `${name}: reload failed`);
    else reply.line('0015', `${name}: reloading`);
  }
}

/** `configure [soft] ["FILE"] [timeout [SECONDS]] | check ["FILE"] | confirm | undo`. Models nest/config.Y, sysdep/unix/main.c. */
function configure(words: readonly string[], { configuration }: BirdView): string | undefined {
  const text = words.join(' ');
  const reply = new CliReply();
  if (text === 'confirm') {
    const done = configuration.confirm();
    return done ? reply.end('0018', 'Reconfiguration confirmed') : reply.end('0019', 'Nothing to do');
  }
  if (text === 'undo') {
    reply.line('0021', 'Undo requested');
    return configuration.undo() ? reply.end('0003', 'Reconfigured') : reply.end('0019', 'Nothing to do');
  }
  const match = /^(?:(check)|(?:soft\b)?) ?(?:"([^"]*)")? ?(timeout(?: (\d+))?)?$/.exec(text);
  const [, check, file = configuration.path, timeout, seconds] = match ?? [];
  if (match === null || (check !== undefined && timeout !== undefined)) return undefined;
  reply.line('0002', `Reading configuration from ${file}`);
  const undoAfter = timeout === undefined ? undefined : Number(seconds ?? UNDO_DEFAULT_S);
  const complaint = check === undefined ? configuration.apply(file, undoAfter) : configuration.check(file);
  if (complaint !== undefined) return reply.end('8002', complaint);
  if (check !== undefined) return reply.end('0020', 'Configuration OK');
  if (undoAfter !== undefined) reply.line('0022', `Undo scheduled in ${undoAfter} s`);
  return reply.end('0003', 'Reconfigured');
}
