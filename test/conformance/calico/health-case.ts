/** A line of calico/health.jsonl: what was set up, what was run, what came out. */
export interface HealthCase {
  name: string;
  version: string;
  setupWords: string;
  setup: HealthSetup;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Null: it still ran after `stillRunningAfterMs`. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  stillRunningAfterMs?: number;
}

export interface HealthSetup {
  nodename?: string;
  /** Only here is BIRD's socket. */
  socket?: string;
  /** A real BIRD's rows of BGP peers, and its status. */
  birdRows?: readonly string[];
  birdStatus?: string;
  /** A whole answer: of bird6, of BIRD 2. */
  rows?: string;
  dialogue?: string;
  status?: string;
  svStatus?: Readonly<Record<string, { stdout: string; stderr: string; exit: number }>>;
  /** How the server in felix' place behaves. */
  felix?: string;
  /** READ, CLOSE, or bytes to send. */
  socketScript?: readonly string[];
}

/** What depends on the moment and the machine, taken out: times, process ids, ports, addresses and traces. */
export function masked(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[(\w+)\]\[\d+\]/g, '<time> [$1][<pid>]')
    .replace(/time="[^"]*"/g, 'time="<time>"')
    .replace(/\(pid \d+\)/g, '(pid <pid>)')
    .replace(/(: |\) )\d+s(?=[,\s]|$)/g, '$1<s>')
    .replace(/:\d+->/g, ':<port>->')
    .replace(/0x[0-9a-f]+/g, '<address>')
    .replace(/\ngoroutine \d+ \[running\]:\n[\s\S]*$/, '\ngoroutine <trace>');
}
