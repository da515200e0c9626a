import type { ContainerState, ContainerStatus } from '../../sim/kube/objects.ts';
import { below, fields, map, time, words } from './describe-lines.ts';

/** The containers of a section: what was asked for, and the status of those that have one. */
export function containers(lines: readonly string[]): { specs: unknown[]; statuses: ContainerStatus[] } {
  const specs: unknown[] = [];
  const statuses: ContainerStatus[] = [];
  const starts = lines.flatMap((line, index) => (/^ {2}\S+:$/.test(line) ? [index] : []));
  for (const [n, start] of starts.entries()) {
    const body = lines.slice(start + 1, starts[n + 1]);
    const name = (lines[start] ?? '').trim().slice(0, -1);
    const f = fields(body.filter((line) => /^ {4}\S/.test(line)));
    specs.push({
      name,
      image: f.Image,
      ports: ports(f.Ports ?? f.Port ?? ''),
      command: words(body, 'Command'),
      args: words(body, 'Args'),
      resources: { limits: map(body, 'Limits'), requests: map(body, 'Requests') },
      livenessProbe: probe(f.Liveness),
      readinessProbe: probe(f.Readiness),
      startupProbe: probe(f.Startup),
      envFrom: below(body, 'Environment Variables from').map((line) => {
        const [, name, kind, optional] = /^(\S+) +(ConfigMap|Secret) +Optional: (\w+)$/.exec(line.trim()) ?? [];
        const reference = { name, optional: optional === 'true' };
        return kind === 'ConfigMap' ? { configMapRef: reference } : { secretRef: reference };
      }),
      env: environment(body),
      volumeMounts: below(body, 'Mounts').map((line) => {
        const match = /^(\S+) from (\S+) \((r[ow])\)$/.exec(line.trim());
        return { mountPath: match?.[1], name: match?.[2], readOnly: match?.[3] === 'ro' };
      }),
    });
    if (f.State === undefined) continue;
    statuses.push({
      name,
      image: f.Image ?? '',
      imageID: f['Image ID'] ?? '',
      containerID: f['Container ID'] ?? '',
      ready: f.Ready === 'True',
      restartCount: Number(f['Restart Count']),
      state: state(body, 'State'),
      lastState: f['Last State'] === undefined ? {} : state(body, 'Last State'),
    } as ContainerStatus);
  }
  return { specs, statuses };
}

function environment(body: readonly string[]): unknown[] {
  return below(body, 'Environment').map((line) => {
    const [, name, value = ''] = /^ *([A-Za-z_]\w*): *(.*)$/.exec(line) ?? [];
    const map = /^<set to the key '(.*)' of config map '(.*)'> +Optional: (\w+)$/.exec(value);
    if (map !== null) {
      return { name, valueFrom: { configMapKeyRef: { key: map[1], name: map[2], optional: map[3] === 'true' } } };
    }
    const secret = /^<set to the key '(.*)' in secret '(.*)'> +Optional: (\w+)$/.exec(value);
    if (secret !== null) {
      return { name, valueFrom: { secretKeyRef: { key: secret[1], name: secret[2], optional: secret[3] === 'true' } } };
    }
    return { name, value };
  });
}

function ports(text: string): unknown[] {
  return [...text.matchAll(/(\d+)\/(\w+)(?: \(([^)]+)\))?/g)].map(([, containerPort, protocol, name]) => ({
    containerPort: Number(containerPort),
    protocol,
    name,
  }));
}

function state(body: readonly string[], title: string): ContainerState {
  const start = body.findIndex((line) => line.startsWith(`    ${title}: `));
  const kind = (body[start] ?? '').split(': ')[1]?.trim();
  const rest = body.slice(start + 1);
  const end = rest.findIndex((line) => /^ {4}\S/.test(line));
  const lines = end < 0 ? rest : rest.slice(0, end);
  const f = fields(lines.filter((line) => /^ {6}[A-Z][A-Za-z ]*:/.test(line)));
  if (kind === 'Running') return { running: { startedAt: time(f.Started) } } as ContainerState;
  if (kind === 'Waiting') return { waiting: { reason: f.Reason } } as ContainerState;
  return {
    terminated: {
      reason: f.Reason,
      message: f.Message?.replaceAll('\0', '\n'),
      exitCode: Number(f['Exit Code']),
      startedAt: time(f.Started),
      finishedAt: time(f.Finished),
    },
  } as ContainerState;
}

function probe(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  const match =
    /^(http-get|tcp-socket|grpc|exec) (.*) delay=(\d+)s timeout=(\d+)s period=(\d+)s #success=(\d+) #failure=(\d+)$/.exec(
      text,
    );
  const [, handler, target = '', delay, timeout, period, success, failure] = match ?? [];
  const times = {
    initialDelaySeconds: Number(delay),
    timeoutSeconds: Number(timeout),
    periodSeconds: Number(period),
    successThreshold: Number(success),
    failureThreshold: Number(failure),
  };
  if (handler === 'exec') return { exec: { command: target.slice(1, -1).split(' ') }, ...times };
  if (handler === 'tcp-socket') {
    const colon = target.lastIndexOf(':');
    return { tcpSocket: { host: target.slice(0, colon), port: target.slice(colon + 1) }, ...times };
  }
  if (handler === 'grpc') {
    const [, port, service] = /^<pod>:(\d+) (.*)$/.exec(target) ?? [];
    return { grpc: { port: Number(port), service }, ...times };
  }
  const url = /^(https?):\/\/(.*?):([^:/]*)(\/.*)?$/.exec(target);
  return {
    httpGet: {
      scheme: url?.[1]?.toUpperCase(),
      host: url?.[2],
      port: url?.[3],
      path: decodeURIComponent(url?.[4] ?? ''),
    },
    ...times,
  };
}
