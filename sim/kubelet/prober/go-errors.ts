import type { HttpOutcome, TransportFailure } from '../../runtime/transport.ts';

type Cause = TransportFailure['cause'];
type Response = Extract<HttpOutcome, { kind: 'response' }>;

/** The system calls' errors in Go's words. */
const ERRNO: Partial<Record<Cause, string>> = {
  refused: 'connection refused',
  unreachable: 'no route to host',
  reset: 'connection reset by peer',
  'broken-pipe': 'broken pipe',
};

const BROKEN = 'net/http: HTTP/1.x transport connection broken: ';
const AWAITING_HEADERS = '(Client.Timeout exceeded while awaiting headers)';

/**
 * The one table from what went wrong below HTTP to the words of Go's net, net/http and crypto/tls.
 * The result is what follows `Get "URL": `, or the whole text of a tcpSocket probe. `host`: whom the attempt asked for.
 */
export function goErrorText(failure: TransportFailure, protocol: 'http' | 'tcp', host: string): string {
  if (failure.cause === 'timeout') return timeoutText(failure, protocol, host);
  switch (failure.phase) {
    case 'request':
      return failure.detail ?? 'invalid request';
    case 'lookup':
      return lookupText(failure, host);
    case 'dial':
      return dialText(failure);
    case 'tls':
      return failure.cause === 'http-to-https'
        ? 'http: server gave HTTP response to HTTPS client'
        : exchangeText(failure);
    case 'exchange':
      return exchangeText(failure);
  }
}

/** The error of a response whose body did not arrive whole; undefined if it did. */
export function bodyErrorText(response: Response): string | undefined {
  switch (response.bodyEnd) {
    case 'complete':
      return undefined;
    case 'short':
      return response.bodyFailure?.detail ?? 'unexpected EOF';
    case 'timeout':
      return 'context deadline exceeded (Client.Timeout or context cancellation while reading body)';
    case 'malformed':
      return response.bodyFailure?.detail ?? 'malformed chunked encoding';
    case 'reset':
      return response.bodyFailure === undefined ? 'read: connection reset by peer' : exchangeText(response.bodyFailure);
  }
}

function timeoutText({ phase, remote, detail }: TransportFailure, protocol: 'http' | 'tcp', host: string): string {
  if (protocol === 'tcp')
    return phase === 'lookup' ? `dial tcp: lookup ${host}: i/o timeout` : `dial tcp ${remote}: i/o timeout`;
  // Which of its goroutines sees the deadline first is a race in Go: the handshake's own error, then without a word of the client's.
  if (phase === 'tls') return detail ?? `net/http: request canceled while waiting for connection ${AWAITING_HEADERS}`;
  return `context deadline exceeded ${AWAITING_HEADERS}`;
}

function lookupText({ cause, detail, remote }: TransportFailure, host: string): string {
  const server = remote === undefined ? '' : ` on ${remote}`;
  return `dial tcp: lookup ${host}${server}: ${detail ?? (cause === 'no-such-host' ? 'no such host' : 'server misbehaving')}`;
}

function dialText({ cause, detail, remote }: TransportFailure): string {
  if (cause === 'invalid-request') return `dial tcp: ${detail}`;
  return `dial tcp ${remote}: connect: ${detail ?? ERRNO[cause] ?? cause}`;
}

function exchangeText({ cause, detail, local, remote }: TransportFailure): string {
  switch (cause) {
    case 'eof':
      return 'EOF';
    case 'reset':
      return `read tcp ${local}->${remote}: read: connection reset by peer`;
    case 'broken-pipe':
      return `write tcp ${local}->${remote}: write: broken pipe`;
    case 'malformed':
      return detail?.startsWith(BROKEN) ? detail : `${BROKEN}${detail}`;
    default:
      return detail ?? cause;
  }
}
