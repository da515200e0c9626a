import type { Socket } from 'node:net';
import { goErrorText } from '../../sim/kubelet/prober/go-errors.ts';
import type { HttpAttempt, HttpOutcome } from '../../sim/runtime/transport.ts';
import { Attempt } from './attempt.ts';
import { dial } from './dial.ts';
import { systemError } from './errno.ts';
import { ResponseReader } from './http1-response.ts';
import { exchangeHttp2 } from './http2-exchange.ts';
import { handshake } from './tls-handshake.ts';

/** One request on a connection of its own. HTTPS negotiates HTTP/2 and verifies nothing, as the kubelet's client. */
export function httpAttempt(
  request: HttpAttempt,
  done: (outcome: HttpOutcome) => void,
  { tlsMax }: { tlsMax?: '1.2' | undefined } = {},
): void {
  const reader = new ResponseReader(request.maxBodyBytes);
  const attempt: Attempt<HttpOutcome> = new Attempt<HttpOutcome>(request.timeoutMs, done, () => {
    return reader.interrupted(attempt.failure('timeout'), '');
  });
  dial(attempt, request.host, request.port, (dialled) => {
    if ('failure' in dialled) attempt.settle({ kind: 'failed', failure: dialled.failure });
    else if (request.scheme === 'http') exchangeHttp1(attempt, dialled.socket, request, reader);
    else {
      handshake(attempt, dialled.socket, { host: request.host, tlsMax }, (socket) => {
        if (socket.alpnProtocol === 'h2') exchangeHttp2(attempt, socket, request);
        else exchangeHttp1(attempt, socket, request, reader);
      });
    }
  });
}

function exchangeHttp1(
  attempt: Attempt<HttpOutcome>,
  socket: Socket,
  request: HttpAttempt,
  reader: ResponseReader,
): void {
  attempt.phase = 'exchange';
  const finish = (result: ReturnType<ResponseReader['push']>) => {
    if (result === undefined) return;
    if (result.kind !== 'broken') attempt.settle(result);
    else attempt.settle({ kind: 'failed', failure: attempt.failure(result.cause, result.detail) });
  };
  socket.on('data', (chunk: Buffer) => finish(reader.push(chunk)));
  socket.on('end', () => finish(reader.end()));
  socket.on('close', () => finish(reader.end()));
  socket.on('error', (error) => {
    const { cause, detail } = systemError(error);
    const failure = attempt.failure(cause, detail);
    attempt.settle(reader.interrupted(failure, goErrorText(failure, 'http', request.host)));
  });
  socket.write(requestText(request));
}

function requestText({ method, target, headers }: HttpAttempt): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
