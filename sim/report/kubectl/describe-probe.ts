import type { Probe } from '../../kube/objects.ts';

/**
 * A probe on one line: `http-get http://:main/livez delay=3s timeout=1s period=3s #success=1 #failure=3`.
 * Models k8s.io/kubectl v0.34 pkg/describe DescribeProbe.
 */
export function describeProbe(probe: Probe): string {
  const times =
    `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s period=${probe.periodSeconds ?? 0}s ` +
    `#success=${probe.successThreshold ?? 0} #failure=${probe.failureThreshold ?? 0}`;
  if (probe.exec !== undefined) return `exec [${(probe.exec.command ?? []).join(' ')}] ${times}`;
  if (probe.httpGet !== undefined) {
    const { scheme = 'HTTP', host = '', port, path = '' } = probe.httpGet;
    const authority = host.includes(':') ? `[${host}]` : host;
    return `http-get ${scheme.toLowerCase()}://${authority}:${port}${urlPath(path)} ${times}`;
  }
  if (probe.tcpSocket !== undefined) return `tcp-socket ${probe.tcpSocket.host ?? ''}:${probe.tcpSocket.port} ${times}`;
  if (probe.grpc !== undefined) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ''} ${times}`;
  return `unknown ${times}`;
}

/** A path as Go's url.URL prints it: what may not stand in a path is percent-encoded, also a `?`. */
function urlPath(path: string): string {
  if (path === '') return '';
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return rooted.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@]/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
