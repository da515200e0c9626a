import type { ContainerState, ContainerStatus, Event, Pod } from '../../sim/kube/objects.ts';

/** Reads `kubectl describe pod` back into the object it shows, so that a recorded text is an input, too. */
export function parseDescribedPod(text: string, now: number): Pod {
  const lines = joinMessages(text).split('\n');
  const head = fields(lines.filter((line) => /^[A-Z][A-Za-z -]*:/.test(line) || /^ {10,}\S+[=:]/.test(line)));
  const block = (title: string) => section(lines, title);
  const main = containers(block('Containers'));
  const init = containers(block('Init Containers'));
  const terminating = head.Status?.startsWith('Terminating') === true;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: head.Name,
      namespace: head.Namespace,
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '',
      labels: pairs(lines, 'Labels', '='),
      annotations: pairs(lines, 'Annotations', ': '),
      ...(terminating
        ? {
            deletionTimestamp: new Date(now - ageMs(/lasts (\S+)\)/.exec(head.Status ?? '')?.[1] ?? '')).toISOString(),
            deletionGracePeriodSeconds: Number.parseInt(head['Termination Grace Period'] ?? '', 10),
          }
        : {}),
      ownerReferences: owner(head['Controlled By']),
    },
    spec: {
      priority: Number(head.Priority),
      serviceAccountName: head['Service Account'],
      nodeName: head.Node === '<none>' ? undefined : head.Node?.split('/')[0],
      containers: main.specs,
      initContainers: init.specs.length > 0 ? init.specs : undefined,
      readinessGates: conditionRows(block('Readiness Gates')).map(({ type }) => ({ conditionType: type })),
      volumes: volumes(block('Volumes')),
      tolerations: ['not-ready', 'unreachable'].map((name) => ({
        key: `node.kubernetes.io/${name}`,
        effect: 'NoExecute',
        operator: 'Exists',
        tolerationSeconds: 300,
      })),
    },
    status: {
      phase: terminating ? 'Running' : head.Status,
      reason: head.Reason,
      message: head.Message,
      hostIP: head.Node?.split('/')[1],
      startTime: time(head['Start Time']),
      podIP: head.IP ?? '',
      podIPs: block('IPs').map((line) => ({ ip: line.replace(/^ *IP: */, '') })),
      conditions: conditionRows(block('Conditions')),
      containerStatuses: main.statuses,
      initContainerStatuses: init.statuses,
      qosClass: head['QoS Class'],
    },
  };
  // A gate that no condition answers is listed with <none>; one that is answered stands in Conditions, too.
  return pod as unknown as Pod;
}

/** The events at the end of a describe, made so that printing them at `now` shows the same ages. */
export function parseDescribedEvents(text: string, now: number): Event[] {
  const start = text.indexOf('\nEvents:\n');
  if (start < 0) return [];
  const all = text.slice(start).replace(/\n$/, '').split('\n').slice(4);
  const lines: string[] = [];
  for (const line of all) {
    // A message may have several lines; an event begins with its type.
    if (/^ {2}(Normal|Warning) /.test(line)) lines.push(line);
    else lines[lines.length - 1] += `\n${line}`;
  }
  return lines.map((line, index) => {
    const match =
      /^ {2}(\S+) +(\S+) +(\S+(?: \(x\d+ over \S+\))?) +(\S+) {2,}(.*)$/s.exec(line) ??
      /^ {2}(\S+) +(\S+) +(\S+(?: \(x\d+ over \S+\))?) +(\S+) *()$/.exec(line);
    if (match === null) throw new Error(`no event: ${line}`);
    const [, type, reason, age = '', from, message = ''] = match;
    const counted = /^(\S+) \(x(\d+) over (\S+)\)$/.exec(age);
    const scheduler = from === 'default-scheduler';
    const first = new Date(now - ageMs(counted?.[3] ?? age)).toISOString();
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `e.${String(index).padStart(4, '0')}`,
        namespace: '',
        uid: '',
        resourceVersion: '',
        creationTimestamp: '',
      },
      involvedObject: { kind: 'Pod', name: '' },
      type,
      reason,
      message,
      source: { component: scheduler ? '' : from },
      reportingComponent: from,
      reportingInstance: '',
      firstTimestamp: scheduler ? null : first,
      eventTime: scheduler ? first : null,
      lastTimestamp: scheduler ? null : new Date(now - ageMs(counted?.[1] ?? age)).toISOString(),
      ...(counted === null ? {} : { count: Number(counted[2]) }),
    } as unknown as Event;
  });
}

/** Milliseconds of an age as kubectl prints it. */
export function ageMs(text: string): number {
  const unit: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  if (text === '<invalid>') return -10_000;
  let total = 0;
  for (const [, number, letter] of text.matchAll(/(\d+)([smhd])/g)) total += Number(number) * (unit[letter ?? ''] ?? 0);
  return total;
}

function fields(lines: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of lines) {
    const match = /^ *([A-Za-z][A-Za-z -]*):(?: +(.*))?$/s.exec(line);
    if (match?.[1] !== undefined && !(match[1] in found)) found[match[1]] = match[2] ?? '';
  }
  return found;
}

/** The indented lines below a title of the first level. */
function section(lines: readonly string[], title: string): string[] {
  const start = lines.indexOf(`${title}:`);
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => !line.startsWith(' '));
  return end < 0 ? rest : rest.slice(0, end);
}

function pairs(lines: readonly string[], title: string, separator: string): Record<string, string> {
  const start = lines.findIndex((line) => line.startsWith(`${title}: `));
  const found: Record<string, string> = {};
  for (let i = start; i < lines.length; i++) {
    const text = i === start ? (lines[i] ?? '').slice(title.length + 1) : (lines[i] ?? '');
    if (i > start && !/^ {10,}/.test(text)) break;
    const [key = '', ...value] = text.trim().split(separator);
    if (key !== '<none>') found[key] = value.join(separator);
  }
  return found;
}

function owner(text: string | undefined): unknown {
  const [kind, name] = text?.split('/') ?? [];
  return kind === undefined ? undefined : [{ kind, name, controller: true }];
}

function conditionRows(lines: readonly string[]): { type: string; status: string }[] {
  return lines.slice(1).map((line) => {
    const [type = '', status = ''] = line.trim().split(/ +/);
    return { type, status };
  });
}

function containers(lines: readonly string[]): { specs: unknown[]; statuses: ContainerStatus[] } {
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

function below(body: readonly string[], title: string): string[] {
  const start = body.findIndex((line) => line.trimStart().startsWith(`${title}:`) && /^ {4}\S/.test(line));
  if (start < 0) return [];
  const rest = body.slice(start + 1);
  const end = rest.findIndex((line) => !line.startsWith('      '));
  return end < 0 ? rest : rest.slice(0, end);
}

function words(body: readonly string[], title: string): string[] | undefined {
  const lines = below(body, title);
  return lines.length === 0 ? undefined : lines.map((line) => line.slice(6));
}

function map(body: readonly string[], title: string): Record<string, string> | undefined {
  const lines = below(body, title);
  return lines.length === 0 ? undefined : fields(lines);
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

function volumes(lines: readonly string[]): unknown[] {
  const starts = lines.flatMap((line, index) => (/^ {2}\S+:$/.test(line) ? [index] : []));
  return starts.map((start, n) => {
    const f = fields(lines.slice(start + 1, starts[n + 1]));
    const volume = { name: (lines[start] ?? '').trim().slice(0, -1) };
    const optional = f.Optional === 'true';
    if (f.Type?.startsWith('EmptyDir')) return { ...volume, emptyDir: { medium: f.Medium } };
    if (f.Type?.startsWith('Secret')) return { ...volume, secret: { secretName: f.SecretName, optional } };
    if (f.Type?.startsWith('ConfigMap')) return { ...volume, configMap: { name: f.Name, optional } };
    return {
      ...volume,
      projected: {
        sources: [
          { serviceAccountToken: { expirationSeconds: Number(f.TokenExpirationSeconds) } },
          { configMap: { name: f.ConfigMapName, optional } },
          { downwardAPI: {} },
        ],
      },
    };
  });
}

/** A termination message may have several lines, which are not indented. */
function joinMessages(text: string): string {
  return text.replace(/^ {6}Message: [\s\S]*?(?=\n {6}Exit Code: )/gm, (message) => message.replaceAll('\n', '\0'));
}

function time(text: string | undefined): string | null | undefined {
  if (text === undefined) return undefined;
  if (text.includes(' 0001 ')) return null;
  return new Date(Date.parse(text)).toISOString().replace('.000Z', 'Z');
}
