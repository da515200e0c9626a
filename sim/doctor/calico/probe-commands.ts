import type { Container, Pod } from '../../kube/objects.ts';
import { type Check, type CheckStatus, success } from '../check.ts';

const FLAGS = ['felix-live', 'felix-ready', 'bird-live', 'bird-ready', 'bird6-live', 'bird6-ready', 'threshold-time'];

/** The container that runs calico-node: by its name, its image or what its probes call. */
export function nodeContainer(pod: Pod): Container | undefined {
  return pod.spec.containers.find(
    (container) =>
      container.name === 'calico-node' ||
      /(?:^|\/)calico\/node(?:[:@]|$)/.test(container.image ?? '') ||
      probeWords(container, 'livenessProbe').some((word) => /calico-node$/.test(word)),
  );
}

/** The words of a probe's command; none if it is not a command. */
function probeWords(container: Container, probe: 'livenessProbe' | 'readinessProbe'): string[] {
  return container[probe]?.exec?.command ?? [];
}

interface Finding {
  status: CheckStatus;
  reason: string;
  suggestion: string;
}

/** What the probes ask, and whether the answer can be right. */
export function probeCommands(pod: Pod): Check {
  const { name, namespace } = pod.metadata;
  const context = `Verify the probes of pod ${namespace}/${name} ask what this node has`;
  const container = nodeContainer(pod);
  if (container === undefined) return success('calico-probes', context);
  const found = [...unknownFlags(container), ...birdWithoutBird(container), ...felix(container), ...habits(container)];
  const worst = found.find(({ status }) => status === 'Failure') ?? found[0];
  if (worst === undefined) return success('calico-probes', context);
  return {
    rule: 'calico-probes',
    context,
    status: worst.status,
    reason: found.map(({ reason }) => reason).join('; '),
    suggestion: [...new Set(found.map(({ suggestion }) => suggestion))].join('. '),
    object: `pod/${namespace}/${name}`,
  };
}

function asks(container: Container, flag: string): boolean {
  return [...probeWords(container, 'livenessProbe'), ...probeWords(container, 'readinessProbe')].some(
    (word) => word.replace(/^--?/, '') === flag,
  );
}

function environment(container: Container, name: string): string | undefined {
  return container.env?.find((variable) => variable.name === name)?.value;
}

function unknownFlags(container: Container): Finding[] {
  const words = [...probeWords(container, 'livenessProbe'), ...probeWords(container, 'readinessProbe')];
  const wrong = words.filter(
    (word) => word.startsWith('-') && !FLAGS.includes(word.replace(/^--?/, '').split('=')[0] ?? ''),
  );
  return [...new Set(wrong)].map((word) => ({
    status: 'Failure',
    reason: `calico-node has no flag ${word}`,
    suggestion: `The flags are ${FLAGS.map((flag) => `-${flag}`).join(', ')}`,
  }));
}

function birdWithoutBird(container: Container): Finding[] {
  const backend = environment(container, 'CALICO_NETWORKING_BACKEND');
  const bird = ['bird-live', 'bird-ready', 'bird6-live', 'bird6-ready'].some((flag) => asks(container, flag));
  if (!bird || (backend !== 'none' && backend !== 'vxlan')) return [];
  const reason = `The backend is ${backend}, which runs no BIRD, but the probes ask for it`;
  return [{ status: 'Failure', reason, suggestion: 'Leave -bird-live and -bird-ready out of the probes' }];
}

function felix(container: Container): Finding[] {
  if (!asks(container, 'felix-live') && !asks(container, 'felix-ready')) return [];
  const variables = [container.env ?? [], container.envFrom ?? []].flat();
  if (variables.length === 0 || environment(container, 'FELIX_HEALTHENABLED') === 'true') return [];
  return [
    {
      status: 'Warning',
      reason:
        'FELIX_HEALTHENABLED is not "true" in the container: felix serves its health only if its configuration says so',
      suggestion: 'Set FELIX_HEALTHENABLED=true, as the manifest does',
    },
  ];
}

function habits(container: Container): Finding[] {
  const found: Finding[] = [];
  const short = (['livenessProbe', 'readinessProbe'] as const).filter(
    (probe) => container[probe]?.exec !== undefined && (container[probe]?.timeoutSeconds ?? 1) < 5,
  );
  if (short.length > 0) {
    const reason = `${short.join(' and ')} give the command ${container[short[0] as 'livenessProbe']?.timeoutSeconds ?? 1} s: a check of BIRD alone may take 2 s`;
    found.push({ status: 'Warning', reason, suggestion: 'timeoutSeconds: 10, as the manifests from v3.20 on have it' });
  }
  if (asks(container, 'bird-ready') && !asks(container, 'bird-live')) {
    const reason = 'Liveness does not ask for BIRD: without it the pod is not ready for ever, and nobody restarts it';
    found.push({ status: 'Warning', reason, suggestion: 'Add -bird-live to the liveness probe' });
  }
  return found;
}
