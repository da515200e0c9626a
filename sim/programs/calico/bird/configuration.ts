import type { ProgramHost } from '../../host.ts';
import { wallNow } from '../go-log.ts';
import { type BirdConfig, parseBirdConfig } from './bird-config.ts';
import type { BirdView } from './bird-view.ts';

const decoder = new TextDecoder();

/** BIRD's configuration: the one in force, the one before, and the time until that comes back. */
export class Configuration {
  readonly path: string;
  readonly #host: ProgramHost;
  readonly #changed: () => void;
  #current: BirdConfig;
  #previous: BirdConfig | undefined;
  #undoTimer: ReturnType<ProgramHost['clock']['setTimeout']> | undefined;
  /** ms since 1970. */
  at: number;

  constructor(host: ProgramHost, parts: { path: string; config: BirdConfig; changed(): void }) {
    this.#host = host;
    this.path = parts.path;
    this.#current = parts.config;
    this.#changed = parts.changed;
    this.at = wallNow(host);
  }

  get current(): BirdConfig {
    return this.#current;
  }

  /** What commands may do with it. */
  get commands(): BirdView['configuration'] {
    return {
      path: this.path,
      apply: (file, undoAfter) => this.apply(file, undoAfter),
      check: (file) => {
        const read = readConfig(this.#host, file);
        return typeof read === 'string' ? read : undefined;
      },
      undo: () => this.#undo(),
      confirm: () => this.#stopTimer(),
    };
  }

  /** Reads the file and takes what it says. BIRD's complaint, or undefined. */
  apply(file = this.path, undoAfter?: number): string | undefined {
    const config = readConfig(this.#host, file);
    if (typeof config === 'string') {
      this.#host.write('stderr', `bird: ${config}\n`);
      return config;
    }
    this.#stopTimer();
    this.#previous = this.#current;
    this.#take(config);
    if (undoAfter !== undefined) {
      this.#undoTimer = this.#host.clock.setTimeout(() => {
        this.#undoTimer = undefined;
        this.#undo();
      }, undoAfter * 1000);
    }
    return undefined;
  }

  #undo(): boolean {
    this.#stopTimer();
    const previous = this.#previous;
    if (previous === undefined) return false;
    this.#previous = undefined;
    this.#take(previous);
    return true;
  }

  #take(config: BirdConfig): void {
    this.#current = config;
    this.at = wallNow(this.#host);
    this.#changed();
  }

  #stopTimer(): boolean {
    const timer = this.#undoTimer;
    this.#undoTimer = undefined;
    if (timer !== undefined) this.#host.clock.clearTimeout(timer);
    return timer !== undefined;
  }
}

/** The configuration in a file, or BIRD's complaint about it, with the file's name. */
export function readConfig(host: Pick<ProgramHost, 'files'>, file: string): BirdConfig | string {
  const text = host.files.read(file);
  if (text === undefined) return `${file}: No such file or directory`;
  const config = parseBirdConfig(decoder.decode(text));
  return typeof config === 'string' ? `${file}:${config}` : config;
}
