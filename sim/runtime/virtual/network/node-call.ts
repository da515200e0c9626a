import type { NodeCallEnd } from '../../port.ts';
import { type BrokenExchange, HttpCall, type HttpResult } from './http-call.ts';
import type { VirtualNetwork } from './network.ts';

const NO_BODY = new Uint8Array();

/**
 * An HTTPS request from the node whose end is known at once: whoever has not answered when it was handed over is
 * silent. For callers that cannot wait, as the API server in the midst of an admission; no time passes.
 */
export function httpsFromNode(
  network: VirtualNetwork,
  { ip, port, target }: { ip: string; port: number; target: string },
): NodeCallEnd {
  const server = network.fromNode(ip, port);
  if (typeof server === 'string') return { kind: server };
  let end: NodeCallEnd = { kind: 'silent' };
  const headers = [['Host', `${ip}:${port}`]] as const;
  const request = {
    method: 'POST',
    target,
    headers,
    body: NO_BODY,
    remoteAddress: network.nodeIP,
    protocol: 'HTTP/2.0',
  };
  const call = new HttpCall({ tls: true, request, ip, port }, (result) => {
    end = endOf(result);
  });
  server.http(call);
  call.abandon();
  return end;
}

function endOf(result: HttpResult): NodeCallEnd {
  return result.kind === 'response' ? { kind: 'answered' } : brokenEnd(result);
}

function brokenEnd({ cause, detail }: BrokenExchange): NodeCallEnd {
  if (cause === 'http-to-https') return { kind: 'tls', detail: 'http: server gave HTTP response to HTTPS client' };
  if (cause === 'refused' || cause === 'reset' || cause === 'eof') return { kind: cause };
  return { kind: 'tls', detail: detail ?? 'tls: first record does not look like a TLS handshake' };
}
