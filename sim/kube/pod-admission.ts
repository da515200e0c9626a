import type { Random } from '../core/random.ts';
import type { Container } from './objects.ts';
import type { NewObject } from './store.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * What the API server's own mutating admission makes of a new pod: the service account with its token volume,
 * tolerations of a node that is not ready, the priority. It runs again after a webhook changed the pod, so injected containers get
 * the token, too. The object given is not changed.
 * Models kubernetes v1.34 plugin/pkg/admission/{serviceaccount,defaulttolerationseconds,priority}.
 */
export function admitPod(pod: NewObject, random: Random): NewObject {
  const spec = withPriority(withTolerations(withServiceAccount(pod['spec'] ?? {})));
  return { ...pod, spec: spec.automountServiceAccountToken === false ? spec : withToken(spec, random) };
}

interface PodSpec {
  serviceAccountName?: string;
  serviceAccount?: string;
  priority?: number;
  preemptionPolicy?: string;
  automountServiceAccountToken?: boolean;
  containers?: Container[];
  initContainers?: Container[];
  volumes?: { name: string }[];
  tolerations?: { key?: string; operator?: string; effect?: string; tolerationSeconds?: number }[];
}

function withServiceAccount(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName || spec.serviceAccount || 'default';
  return { ...spec, serviceAccountName: name, serviceAccount: name };
}

/** Models plugin/pkg/admission/priority for a pod of no priority class. */
function withPriority(spec: PodSpec): PodSpec {
  return { ...spec, priority: spec.priority ?? 0, preemptionPolicy: spec.preemptionPolicy ?? 'PreemptLowerPriority' };
}

function withTolerations(spec: PodSpec): PodSpec {
  const own = spec.tolerations ?? [];
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter(
    (wanted) => !own.some(({ key, effect }) => (key === wanted || !key) && (effect === 'NoExecute' || !effect)),
  );
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
  return { ...spec, tolerations: [...own, ...added] };
}

function withToken(spec: PodSpec, random: Random): PodSpec {
  const existing = spec.volumes?.find(({ name }) => name.startsWith('kube-api-access-'));
  const name = existing?.name ?? `kube-api-access-${random.string(5, ALPHABET)}`;
  let mounted = false;
  const mount = (container: Container): Container => {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === TOKEN_PATH)) return container;
    mounted = true;
    const volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: TOKEN_PATH }];
    return { ...container, volumeMounts };
  };
  const containers = spec.containers?.map(mount);
  const initContainers = spec.initContainers?.map(mount);
  const volumes = mounted && existing === undefined ? [...(spec.volumes ?? []), tokenVolume(name)] : spec.volumes;
  return {
    ...spec,
    ...(volumes === undefined ? {} : { volumes }),
    ...(containers === undefined ? {} : { containers }),
    ...(initContainers === undefined ? {} : { initContainers }),
  };
}

function tokenVolume(name: string): { name: string; projected: object } {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
      defaultMode: 420,
    },
  };
}
