import type Dockerode from 'dockerode';
import { isConnectionError } from './engine.ts';
import { openEvents } from './engine-stream.ts';

export interface EngineEvent {
  action: string;
  containerID: string;
  attributes: Readonly<Record<string, string>>;
  /** Wall-clock milliseconds at the engine. */
  timeMs: number;
}

interface RawEvent {
  Type?: string;
  Action?: string;
  Actor?: { ID?: string; Attributes?: Record<string, string> };
  timeNano?: number;
}

/** A stream that is opened again begins so long before the last event: the engine sends them not quite in order. */
const OVERLAP_S = 2;
/** More events than come in that time. */
const REMEMBERED = 2000;
const PING_EVERY_MS = 5000;
const PING_TIMEOUT_MS = 10_000;

/**
 * Follows the engine's container events of one run. Ends and exit codes are taken from here: output streams end late,
 * and polling would cost. A stream that breaks while the engine lives is opened again where it stopped.
 */
export class EventStream {
  readonly #docker: Dockerode;
  readonly #label: string;
  readonly #onEvent: (event: EngineEvent) => void;
  readonly #onLost: (message: string) => void;
  #stream: NodeJS.ReadableStream | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #lastNano = 0;
  /** The last events, by what tells one from another. */
  readonly #received = new Set<string>();
  #closed = false;

  constructor(
    docker: Dockerode,
    label: string,
    handlers: { onEvent: (event: EngineEvent) => void; onLost: (message: string) => void },
  ) {
    this.#docker = docker;
    this.#label = label;
    this.#onEvent = handlers.onEvent;
    this.#onLost = handlers.onLost;
  }

  async open(): Promise<void> {
    await this.#connect();
    this.#heartbeat = setInterval(() => void this.#ping(), PING_EVERY_MS);
    this.#heartbeat.unref();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    (this.#stream as { destroy?: () => void } | undefined)?.destroy?.();
  }

  async #connect(): Promise<void> {
    const stream = await openEvents(this.#docker, {
      filters: { type: ['container'], label: [this.#label] },
      ...(this.#lastNano === 0 ? {} : { since: (this.#lastNano / 1e9 - OVERLAP_S).toFixed(9) }),
    });
    if (this.#closed) {
      (stream as unknown as { destroy?: () => void }).destroy?.();
      return;
    }
    this.#stream = stream;
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') this.#receive(JSON.parse(line) as RawEvent);
    });
    let over = false;
    const broken = (): void => {
      if (over || this.#closed) return;
      over = true;
      void this.#reconnect();
    };
    stream.on('error', broken);
    stream.on('end', broken);
    stream.on('close', broken);
  }

  #receive(raw: RawEvent): void {
    const nano = raw.timeNano ?? 0;
    // After a reconnect the last ones come again. Their times do not tell: of two at once the later may come first.
    const event = `${nano} ${raw.Actor?.ID} ${raw.Action} ${raw.Actor?.Attributes?.execID ?? ''}`;
    if (this.#received.has(event)) return;
    this.#received.add(event);
    if (this.#received.size > REMEMBERED) this.#received.delete(this.#received.values().next().value ?? '');
    this.#lastNano = Math.max(this.#lastNano, nano);
    this.#onEvent({
      // `exec_create: sh -c …` carries the command in its action.
      action: (raw.Action ?? '').split(':')[0] ?? '',
      containerID: raw.Actor?.ID ?? '',
      attributes: raw.Actor?.Attributes ?? {},
      timeMs: nano / 1e6,
    });
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      this.#lost(error);
    }
  }

  async #ping(): Promise<void> {
    const timer = setTimeout(() => this.#lost(new Error(`no answer for ${PING_TIMEOUT_MS / 1000}s`)), PING_TIMEOUT_MS);
    timer.unref();
    try {
      await this.#docker.ping();
    } catch (error) {
      if (isConnectionError(error)) this.#lost(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #lost(error: unknown): void {
    if (this.#closed) return;
    this.close();
    this.#onLost(`The Docker engine is gone: ${error instanceof Error ? error.message : String(error)}`);
  }
}
