import type { Listener, ProgramHost, TcpConnection } from '../../host.ts';
import { wallNow } from '../go-log.ts';

/** What the control socket may ask of BIRD. */
export interface BirdView {
  /** Rows of the table, in order. */
  rows(): readonly BirdRow[];
  routerId: string;
  configFile: string;
  bootedAt: number;
  configuredAt(): number;
  /** While a restart is recovered from: how many protocols are awaited, seconds left and in all. */
  recovery(): { waiting: number; left: number; total: number } | undefined;
  /** False if there is no such protocol. */
  setEnabled(name: string, enabled: boolean): 'changed' | 'already' | 'unknown';
  /** BIRD's complaint, or undefined. */
  configure(): string | undefined;
  /** The same, and nothing is changed. */
  check(): string | undefined;
  /** Its own, on a network of 24 bits. */
  address: string;
}

export interface BirdRow {
  name: string;
  protocol: string;
  state: string;
  /** ms since 1970. */
  since: number;
  info: string;
}

const VERSION = '1.6.8';
const DAY_MS = 86_400_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** BIRD's control socket. Models bird 1.6 nest/cli.c, nest/cmds.c. */
export function serveControl(host: ProgramHost, path: string, view: BirdView): Listener {
  return host.listenUnix({ path }, { onConnection: (connection) => converse(host, connection, view) });
}

function converse(host: ProgramHost, connection: TcpConnection, view: BirdView): void {
  connection.send(encoder.encode(`0001 BIRD ${VERSION} ready.\n`));
  let rest = '';
  connection.onData((data) => {
    const lines = (rest + decoder.decode(data)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) connection.send(encoder.encode(answer(line.trim(), view, wallNow(host))));
  });
}

function answer(command: string, view: BirdView, now: number): string {
  const words = command.split(/\s+/);
  const [verb = '', object = '', name] = words;
  if (is(verb, 'show') && is(object, 'protocols')) return protocols(view, name, now);
  if (is(verb, 'show') && is(object, 'status')) return status(view, now);
  if ((verb === 'disable' || verb === 'enable') && words.length === 2) return enable(view, object, verb);
  if (is(verb, 'show') && is(object, 'interfaces') && name === 'summary') return interfaces(view.address);
  if (is(verb, 'configure') && object === 'check') {
    const complaint = view.check();
    const reading = `0002-Reading configuration from ${view.configFile}\n`;
    return `${reading}${complaint === undefined ? '0020 Configuration OK' : `8002 ${complaint}`}\n`;
  }
  if (is(verb, 'configure')) {
    const complaint = view.configure();
    const reading = `0002-Reading configuration from ${view.configFile}\n`;
    return complaint === undefined ? `${reading}0003 Reconfigured\n` : `${reading}8002 ${complaint}\n`;
  }
  return '9001 syntax error\n';
}

/** BIRD takes any beginning of a keyword that no other keyword has. */
function is(word: string, keyword: string): boolean {
  return word !== '' && keyword.startsWith(word);
}

function protocols(view: BirdView, name: string | undefined, now: number): string {
  const rows = view.rows().filter((row) => name === undefined || row.name === name);
  if (rows.length === 0 && name !== undefined) return `9002 ${name} is not a protocol\n`;
  const table = rows.map((row, index) => `${index === 0 ? '1002-' : ' '}${text(row, now)}\n`).join('');
  return `2002-name     proto    table    state  since       info\n${table}0000 \n`;
}

function text({ name, protocol, state, since, info }: BirdRow, now: number): string {
  const columns = [name, protocol, 'master'].map((column) => column.padEnd(8)).join(' ');
  return `${columns} ${state.padEnd(6)} ${moment(since, now).padEnd(11)} ${info}`;
}

/** Of a day ago and more only the date is shown. */
function moment(since: number, now: number): string {
  const iso = new Date(since).toISOString();
  return now - since >= DAY_MS ? iso.slice(0, 10) : iso.slice(11, 19);
}

function status(view: BirdView, now: number): string {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  const recovery = view.recovery();
  const lines = [
    `1000-BIRD ${VERSION}`,
    `1011-Router ID is ${view.routerId}`,
    ` Current server time is ${time(now)}`,
    ` Last reboot on ${time(view.bootedAt)}`,
    ` Last reconfiguration on ${time(view.configuredAt())}`,
  ];
  if (recovery !== undefined) {
    lines.push('0024-Graceful restart recovery in progress');
    lines.push(`   Waiting for ${recovery.waiting} protocols to recover`);
    lines.push(`   Wait timer is ${recovery.left}/${recovery.total}`);
  }
  return `${lines.join('\n')}\n0013 Daemon is up and running\n`;
}

function interfaces(address: string): string {
  const rows = [`lo        up    127.0.0.1/8`, `eth0      up    ${address}/24`];
  return `2005-interface state address\n1005-${rows.join('\n ')}\n0000 \n`;
}

function enable(view: BirdView, name: string, verb: 'enable' | 'disable'): string {
  const outcome = view.setEnabled(name, verb === 'enable');
  if (outcome === 'unknown') return `9002 ${name} is not a protocol\n`;
  const codes = {
    'enable changed': '0011',
    'enable already': '0010',
    'disable changed': '0009',
    'disable already': '0008',
  };
  const words = outcome === 'changed' ? `${verb}d` : `already ${verb}d`;
  return `${codes[`${verb} ${outcome}`]}-${name}: ${words}\n0000 \n`;
}
