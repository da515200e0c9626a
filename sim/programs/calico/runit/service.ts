import type { ChildProcess, ProgramHost } from '../../host.ts';

/** A control character of runsv: up, down, once, and signals. */
export type Control = 'u' | 'd' | 'o' | 'p' | 'c' | 'h' | 'a' | 'i' | 'q' | '1' | '2' | 't' | 'k' | 'x';

const SIGNALS = { h: 'SIGHUP', i: 'SIGINT', t: 'SIGTERM', k: 'SIGKILL', '1': 'SIGUSR1' } as const;
/** A service that lived less is started again a second later. */
const MIN_LIFE_MS = 1000;

const decoder = new TextDecoder();

/**
 * One supervised service: its process, whether it is wanted, since when.
 * Models runit 2.1.2 runsv.c.
 */
export class Service {
  readonly #host: ProgramHost;
  readonly #directory: string;
  #child: ChildProcess | undefined;
  #since: number;
  #want: 'up' | 'down' | 'once';
  #paused = false;
  #terminating = false;
  #leaving = false;

  constructor(host: ProgramHost, directory: string) {
    this.#host = host;
    this.#directory = directory;
    this.#since = host.clock.now();
    this.#want = this.#normallyUp ? 'up' : 'down';
    if (this.#want === 'up') this.#start();
  }

  /** The line of `sv status` around the service's name. */
  get status(): { word: 'run' | 'down'; text: string } {
    const seconds = Math.floor((this.#host.clock.now() - this.#since) / 1000);
    const parts = [`${seconds}s`];
    const running = this.#child !== undefined;
    if (running && !this.#normallyUp) parts.push('normally down');
    if (!running && this.#normallyUp) parts.push('normally up');
    if (running && this.#paused) parts.push('paused');
    if (!running && this.#want === 'up') parts.push('want up');
    if (running && this.#want === 'down') parts.push('want down');
    if (running && this.#terminating) parts.push('got TERM');
    const pid = this.#child === undefined ? '' : `(pid ${this.#child.pid}) `;
    return { word: running ? 'run' : 'down', text: `${pid}${parts.join(', ')}` };
  }

  control(command: Control): void {
    switch (command) {
      case 'u':
        this.#want = 'up';
        if (this.#child === undefined) this.#start();
        return;
      case 'o':
        this.#want = 'once';
        if (this.#child === undefined) this.#start();
        return;
      case 'x':
        this.#leaving = true;
        this.#down();
        return;
      case 'd':
        this.#down();
        return;
      case 'p':
      case 'c':
        this.#paused = command === 'p';
        this.#child?.signal(command === 'p' ? 'SIGSTOP' : 'SIGCONT');
        return;
      case 't':
        this.#terminate();
        return;
      default:
        if (command in SIGNALS) this.#child?.signal(SIGNALS[command as keyof typeof SIGNALS]);
    }
  }

  #down(): void {
    this.#want = 'down';
    this.#terminate();
  }

  #terminate(): void {
    if (this.#child === undefined) return;
    this.#terminating = true;
    this.#child.signal('SIGTERM');
    this.#child.signal('SIGCONT');
  }

  get #normallyUp(): boolean {
    return !this.#host.files.exists(`${this.#directory}/down`);
  }

  #start(): void {
    const startedAt = this.#host.clock.now();
    const command = runCommand(this.#host, this.#directory);
    this.#since = startedAt;
    this.#paused = false;
    this.#terminating = false;
    const child: ChildProcess = this.#host.spawn({
      command,
      output: (stream, text) => this.#host.write(stream, text),
      ended: () => this.#ended(child, startedAt),
    });
    this.#child = child;
  }

  #ended(child: ChildProcess, startedAt: number): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const now = this.#host.clock.now();
    this.#since = now;
    if (this.#want === 'once') this.#want = 'down';
    if (this.#want === 'down' || this.#leaving) return;
    const again = () => {
      if (this.#want === 'up' && this.#child === undefined) this.#start();
    };
    if (now - startedAt >= MIN_LIFE_MS) again();
    else this.#host.clock.setTimeout(again, MIN_LIFE_MS);
  }
}

/** What a run script ends up executing; a script that cannot be read is no program. */
function runCommand(host: ProgramHost, directory: string): string[] {
  const script = host.files.read(`${directory}/run`);
  const line = script === undefined ? undefined : /^\s*exec\s+(?!2>)(.+)$/m.exec(decoder.decode(script))?.[1];
  return (line ?? `${directory}/run`)
    .replace(/\s+2>&1/, '')
    .trim()
    .split(/\s+/);
}
