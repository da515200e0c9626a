import type { HttpRequest } from '../../../programs/host.ts';
import type { ClientTls } from './client-tls.ts';
import type { HttpResponse } from './http-response.ts';

/** What came back to a client instead of an HTTP answer. */
export interface BrokenExchange {
  kind: 'broken';
  cause: 'refused' | 'reset' | 'eof' | 'malformed' | 'http-to-https' | 'tls';
  /** Go's text, for causes that carry one. */
  detail?: string;
}

export type HttpResult = HttpResponse | BrokenExchange;

export const REFUSED: BrokenExchange = { kind: 'broken', cause: 'refused' };
export const RESET: BrokenExchange = { kind: 'broken', cause: 'reset' };
export const EOF: BrokenExchange = { kind: 'broken', cause: 'eof' };

/**
 * One HTTP request on a connection of its own, on its way to whoever listens. The network is modelled at this level:
 * a call says what the client speaks (`tls`), the server ends it with what the client sees. Never ending it is a hang.
 */
export class HttpCall {
  readonly tls: boolean;
  readonly request: HttpRequest;
  /** Where the client wanted to go before any redirection. */
  readonly ip: string;
  readonly port: number;
  /** The client is a proxy: it has a certificate and offers the mesh's protocol. */
  clientTls: ClientTls | undefined;
  /** The newest TLS that the client offers, if that is an old one. */
  tlsMax: '1.2' | undefined;
  /** It comes over a connection that an earlier call has opened: its handshake is long over. */
  established = false;
  /** Proxies passed so far. */
  hops = 0;
  /** TLS is through: what fails from now on fails behind it. */
  secured = false;
  /** What proxies have added on the way, ms. */
  delayMs = 0;
  /** False once it was answered or the client has gone. */
  open = true;
  /** Set by a server that wants to know that the client has gone. */
  onGone: (() => void) | undefined;
  /** An answer whose body never ends; the client has its headers. */
  stalled: HttpResponse | undefined;
  /** Set by a client that wants no more than the headers. */
  onStalled: ((response: HttpResponse) => void) | undefined;
  readonly #ended: ((result: HttpResult) => void) | undefined;

  constructor(
    options: { tls: boolean; request: HttpRequest; ip: string; port: number },
    ended?: (result: HttpResult) => void,
  ) {
    this.tls = options.tls;
    this.request = options.request;
    this.ip = options.ip;
    this.port = options.port;
    this.#ended = ended;
  }

  /** The answer; later ones are ignored. */
  end(result: HttpResult): void {
    if (!this.open) return;
    this.open = false;
    this.ended(result);
  }

  /** Headers have come, the body never ends. */
  stall(response: HttpResponse): void {
    if (!this.open) return;
    this.stalled = response;
    this.onStalled?.(response);
  }

  /** The client has gone. */
  abandon(): void {
    if (!this.open) return;
    this.open = false;
    this.onGone?.();
  }

  protected ended(result: HttpResult): void {
    this.#ended?.(result);
  }
}
