import type { Container, Pod } from '../../kube/objects.ts';
import { bootstrapOf } from './bootstrap-secret.ts';
import { BOOTSTRAP_VOLUME, ENVOY_CONTAINER, ENVOY_UID, HEALTHCHECK_CONTAINER, INIT_CONTAINER } from './constants.ts';
import type { EnvoyBootstrap } from './envoy-objects.ts';

/** What an injected pod brings to its network, read from the pod and its Secret; nothing is computed anew. */
export interface OsmPodNetwork {
  /** The shell script of the pod's own osm-init container. */
  iptablesScript: string | undefined;
  /** The bootstrap in the Secret that the pod mounts. */
  bootstrap: EnvoyBootstrap | undefined;
  secretName: string | undefined;
  /** The user whose traffic the rules let pass. */
  envoyUid: number;
  /** Ports that app containers declare. */
  appPorts: readonly number[];
}

/** Reads a Secret of the pod's namespace. */
export type SecretReader = (
  namespace: string,
  name: string,
) => { data?: Readonly<Record<string, string>>; stringData?: Readonly<Record<string, string>> } | undefined;

/** The network of a pod that OSM injected; `undefined` for any other pod. */
export function osmNetwork(pod: Pick<Pod, 'metadata' | 'spec'>, getSecret: SecretReader): OsmPodNetwork | undefined {
  const envoy = pod.spec.containers.find((container) => container.name === ENVOY_CONTAINER);
  // Without a uid of its own the last one of the name is the injected one: OSM appends.
  const volume = pod.spec.volumes?.findLast((candidate) => candidate.name === BOOTSTRAP_VOLUME);
  if (envoy === undefined || volume === undefined) return undefined;
  const init = pod.spec.initContainers?.findLast((container) => container.name === INIT_CONTAINER);
  const secretName = volume.secret?.secretName;
  const secret = secretName === undefined ? undefined : getSecret(pod.metadata.namespace, secretName);
  return {
    iptablesScript: init === undefined ? undefined : scriptOf(init),
    bootstrap: secret === undefined ? undefined : bootstrapOf(secret),
    secretName,
    envoyUid: envoy.securityContext?.runAsUser ?? ENVOY_UID,
    appPorts: appPorts(pod.spec.containers),
  };
}

/** `sh -c SCRIPT`; a user may have written the container differently. */
function scriptOf(init: Container): string | undefined {
  const words = [...(init.command ?? []), ...(init.args ?? [])];
  const flag = words.indexOf('-c');
  return flag < 0 ? undefined : words[flag + 1];
}

/**
 * What `iptables-restore` reads when the script runs in a pod with that address: the here-document, in which the shell
 * has put `$POD_IP`. `undefined` if the script has none.
 */
export function iptablesRestoreInput(script: string, podIP: string): string | undefined {
  const match = /<<(\w+)\n([\s\S]*?\n)\1(?:\n|$)/.exec(script);
  return match?.[2]?.replaceAll(/\$POD_IP\b|\$\{POD_IP\}/g, podIP);
}

function appPorts(containers: readonly Container[]): readonly number[] {
  const ours = [ENVOY_CONTAINER, HEALTHCHECK_CONTAINER];
  const apps = containers.filter((container) => !ours.includes(container.name));
  const tcp = apps.flatMap((container) => container.ports ?? []).filter((port) => (port.protocol ?? 'TCP') === 'TCP');
  return [...new Set(tcp.map((port) => port.containerPort))];
}
