import { isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import type { HttpOutcome } from '../../sim/runtime/transport.ts';
import { alertText } from './alerts.ts';
import type { Attempt } from './attempt.ts';
import { systemError } from './errno.ts';

/** TLS content types that a record may begin with. */
const FIRST_BYTES = new Set([20, 21, 22, 23]);

/**
 * TLS as the kubelet's client speaks it: 1.2 or newer (up to `tlsMax`), h2 offered, nothing verified, no server name for an address.
 * `done` gets the connection; errors, also later ones, settle the attempt in Go's words.
 */
export function handshake(
  attempt: Attempt<HttpOutcome>,
  raw: Socket,
  { host, tlsMax }: { host: string; tlsMax: '1.2' | undefined },
  done: (socket: TLSSocket) => void,
): void {
  attempt.phase = 'tls';
  const wire = new Wire(raw);
  // The TLS socket reports it; nobody else may have to.
  wire.on('error', () => {});
  const named = host === '' || isIP(host) !== 0 ? {} : { servername: host };
  const socket = connect({
    socket: wire,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ...(tlsMax === undefined ? {} : { maxVersion: `TLSv${tlsMax}` as const }),
    ALPNProtocols: ['h2', 'http/1.1'],
    ...named,
  });
  attempt.own(socket);
  socket.on('error', (error) => fail(attempt, wire, error));
  const onClose = () => attempt.settle({ kind: 'failed', failure: attempt.failure('eof') });
  socket.once('close', onClose);
  socket.once('secureConnect', () => {
    socket.off('close', onClose);
    if (!attempt.settled) done(socket);
  });
}

function fail(attempt: Attempt<HttpOutcome>, wire: Wire, error: Error): void {
  if (attempt.phase === 'tls' && wire.first.length === 0 && wire.ended) {
    attempt.settle({ kind: 'failed', failure: attempt.failure('eof') });
    return;
  }
  if (attempt.phase === 'tls' && wire.first.length > 0 && !FIRST_BYTES.has(wire.first[0] as number)) {
    // Go's client tells a plain HTTP server by its first five bytes.
    const http = wire.first.toString('latin1', 0, 5) === 'HTTP/';
    const detail = 'tls: first record does not look like a TLS handshake';
    attempt.settle({
      kind: 'failed',
      failure: http ? attempt.failure('http-to-https') : attempt.failure('tls', detail),
    });
    return;
  }
  const alert = alertText(error);
  if (alert !== undefined) {
    attempt.settle({ kind: 'failed', failure: attempt.failure('tls', alert) });
    return;
  }
  // Later errors are the exchange's.
  if (attempt.phase !== 'tls') return;
  const system = (error as NodeJS.ErrnoException).syscall === undefined ? undefined : systemError(error);
  const { cause, detail } = system ?? { cause: 'tls' as const, detail: error.message };
  attempt.settle({ kind: 'failed', failure: attempt.failure(cause, detail) });
}

/** The raw connection, with a look at what the server sent first. */
class Wire extends Duplex {
  first: Buffer = Buffer.alloc(0);
  ended = false;
  readonly #raw: Socket;

  constructor(raw: Socket) {
    super();
    this.#raw = raw;
    raw.on('data', (chunk: Buffer) => {
      if (this.first.length < 5) this.first = Buffer.concat([this.first, chunk]);
      if (!this.push(chunk)) raw.pause();
    });
    raw.on('end', () => {
      this.ended = true;
      this.push(null);
    });
    raw.on('error', (error) => this.destroy(error));
    raw.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#raw.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#raw.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#raw.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#raw.destroy();
    done(error);
  }
}
