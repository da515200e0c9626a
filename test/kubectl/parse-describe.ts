import type { Pod } from '../../sim/kube/objects.ts';
import { ageMs, fields, pairs, section, time } from './describe-lines.ts';
import { containers } from './parse-containers.ts';

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
