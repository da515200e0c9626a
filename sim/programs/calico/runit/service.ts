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
  /** Its finish script runs, not itself. */
  #finishing = false;

  constructor(host: ProgramHost, directory: string) {
    this.#host = host;
    this.#directory = directory;
    this.#since = host.clock.now();
    this.#want = this.#normallyUp ? 'up' : 'down';
    if (this.#want === 'up') this.#start();
  }

  /** The line of `sv status` around the service's name. */
  get status(): { word: 'run' | 'finish' | 'down'; text: string } {
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
    const word = this.#finishing ? 'finish' : 'run';
    return { word: running ? word : 'down', text: `${pid}${parts.join(', ')}` };
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
    this.#run('run', () => {
      if (this.#host.files.exists(`${this.#directory}/finish`)) this.#run('finish', () => this.#ended(startedAt));
      else this.#ended(startedAt);
    });
  }

  #run(script: 'run' | 'finish', ended: () => void): void {
    this.#finishing = script === 'finish';
    this.#since = this.#host.clock.now();
    this.#paused = false;
    this.#terminating = false;
    this.#child = this.#host.spawn({
      command: scriptCommand(this.#host, `${this.#directory}/${script}`),
      output: (stream, text) => this.#host.write(stream, text),
      ended,
    });
  }

  #ended(startedAt: number): void {
    this.#child = undefined;
    this.#finishing = false;
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

/** What a script ends up executing; one that cannot be read is no program. */
function scriptCommand(host: ProgramHost, path: string): string[] {
  const script = host.files.read(path);
  const line = script === undefined ? undefined : /^\s*exec\s+(?!2>)(.+)$/m.exec(decoder.decode(script))?.[1];
  return (line ?? path)
    .replace(/\s+2>&1/, '')
    .trim()
    .split(/\s+/);
}
