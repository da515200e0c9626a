import type { BirdProtocol, BirdView } from './bird-view.ts';
import { CliReply } from './cli-reply.ts';
import { detailLines } from './protocol-details.ts';
import { choose } from './protocol-pattern.ts';
import { showRoute } from './show-route.ts';

export const VERSION = '1.6.8';
const DAY_MS = 86_400_000;
/** Protocols that a node has none of, by the words that ask for them. */
const ABSENT: readonly (readonly [RegExp, string])[] = [
  [/^ospf(?: (?:interface|neighbors|lsadb|(?:state|topology)(?: all)?))?$/, 'There is no OSPF protocol running'],
  [/^rip (?:interfaces|neighbors)$/, 'There is no RIP protocol running'],
  [/^bfd sessions$/, 'There is no BFD protocol running'],
  [/^static$/, 'There is no Static protocol running'],
  [/^roa$/, 'No ROA table defined'],
];

/** The answer to `show …`; undefined: there is no such command. `now`: ms since 1970. */
export function show(words: readonly string[], view: BirdView, now: number): string | undefined {
  const [what, ...rest] = words;
  const text = words.join(' ');
  if (what === 'protocols') return protocols(rest, view, now);
  if (what === 'route') return showRoute(rest, view, (since) => moment(since, now));
  if (text === 'status') return status(view, now);
  if (text === 'interfaces' || text === 'interfaces summary') return interfaces(view.address, rest.length > 0);
  if (what === 'symbols' && rest.length === 1) return symbol(rest[0] ?? '', view);
  const absent = ABSENT.find(([pattern]) => pattern.test(text))?.[1];
  if (absent !== undefined) return new CliReply().end('9001', absent);
  if (what !== 'static' || rest.length !== 1) return undefined;
  const isProtocol = view.protocols().some(({ name }) => name === rest[0]);
  return new CliReply().end('9001', `${rest[0]}: Not a ${isProtocol ? 'Static ' : ''}protocol`);
}

/** Models bird 1.6 nest/proto.c proto_cmd_show. */
function protocols(words: readonly string[], view: BirdView, now: number): string | undefined {
  const verbose = words[0] === 'all';
  const [which, ...more] = verbose ? words.slice(1) : words;
  const chosen = choose(view, which ?? 'all');
  if (chosen === undefined || which === 'all' || more.length > 0) return undefined;
  if ('error' in chosen) return chosen.error;
  const reply = new CliReply().line('2002', 'name     proto    table    state  since       info');
  for (const protocol of chosen.protocols) {
    reply.line('1002', row(protocol, now));
    if (verbose) for (const line of detailLines(protocol.details)) reply.line('1006', line);
  }
  return reply.end();
}

function row({ name, protocol, state, since, info }: BirdProtocol, now: number): string {
  const columns = [name, protocol, 'master'].map((column) => column.padEnd(8)).join(' ');
  return `${columns} ${state.padEnd(6)} ${moment(since, now).padEnd(11)} ${info}`;
}

/** Of a day ago and more only the date is shown. */
function moment(since: number, now: number): string {
  const iso = new Date(since).toISOString();
  return now - since >= DAY_MS ? iso.slice(0, 10) : iso.slice(11, 19);
}

/** Models bird 1.6 nest/cmds.c cmd_show_status. */
function status(view: BirdView, now: number): string {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  const reply = new CliReply()
    .line('1000', `BIRD ${VERSION}`)
    .line('1011', `Router ID is ${view.routerId()}`)
    .line('1011', `Current server time is ${time(now)}`)
    .line('1011', `Last reboot on ${time(view.bootedAt)}`)
    .line('1011', `Last reconfiguration on ${time(view.configuredAt())}`);
  const recovery = view.recovery();
  if (recovery !== undefined) {
    reply
      .line('0024', 'Graceful restart recovery in progress')
      .line('0024', `  Waiting for ${recovery.waiting} protocols to recover`)
      .line('0024', `  Wait timer is ${recovery.left}/${recovery.total}`);
  }
  return reply.end('0013', 'Daemon is up and running');
}

/** The loopback and one interface, in the order of their numbers. Models bird 1.6 nest/iface.c if_show. */
function interfaces(address: string, summary: boolean): string {
  if (summary) {
    return new CliReply()
      .line('2005', 'interface state address')
      .line('1005', 'lo        up    127.0.0.1/8')
      .line('1005', `eth0      up    ${address}/24`)
      .end();
  }
  return new CliReply()
    .line('1001', 'lo up (index=1)')
    .line('1004', '\tMultiAccess AdminUp LinkUp Loopback Ignored MTU=65536')
    .line('1003', '\t127.0.0.1/8 (Primary, scope host)')
    .line('1001', 'eth0 up (index=2)')
    .line('1004', '\tMultiAccess Broadcast Multicast AdminUp LinkUp MTU=1500')
    .line('1003', `\t${address}/24 (Primary, scope site)`)
    .end();
}

function symbol(name: string, view: BirdView): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) return undefined;
  const known = name === 'master' ? 'routing table' : view.protocols().some((one) => one.name === name) && 'protocol';
  return new CliReply().end('1010', `${name.padEnd(8)}\t${known || 'undefined'}`);
}
