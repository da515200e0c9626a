import { ANNOTATIONS, IGNORE_LABEL, MONITORED_BY_LABEL } from './constants.ts';
import type { OsmProfile } from './profiles.ts';

/** A denial of the injector: the text is OSM's own. */
export class OsmDenial extends Error {}

/** A namespace as the injector's informer knows it. */
export interface NamespaceView {
  name: string;
  /** It carries this mesh's label, so the informer lists it. */
  monitored: boolean;
  /** `undefined`: the informer has no such object. */
  annotations: Readonly<Record<string, string>> | undefined;
}

interface Labelled {
  metadata?: { labels?: Readonly<Record<string, string>> };
}

/**
 * True if the API server asks the injector about pods of this namespace at all.
 * Models openservicemesh/osm v1.1 pkg/injector/webhook.go createOrUpdateMutatingWebhook, its namespaceSelector.
 */
export function webhookSelects(
  namespace: Labelled | undefined,
  options: { profile: OsmProfile; meshName: string; osmNamespace: string },
): boolean {
  const labels = namespace?.metadata?.labels ?? {};
  return (
    labels[MONITORED_BY_LABEL] === options.meshName &&
    labels[IGNORE_LABEL] === undefined &&
    labels[options.profile.namespaceNameLabel] !== options.osmNamespace &&
    labels['control-plane'] === undefined
  );
}

interface InjectablePod {
  metadata?: { annotations?: Readonly<Record<string, string>> };
  spec: { hostNetwork?: boolean };
}

/**
 * Whether the pod gets a sidecar. The order decides which error a user sees: hostNetwork and foreign namespaces pass
 * before any annotation is read, a bad pod annotation is reported before a missing namespace, and a bad namespace
 * annotation denies even a pod that asks for a sidecar.
 * Throws OsmDenial.
 * Models openservicemesh/osm v1.1 pkg/injector/webhook.go mustInject.
 */
export function mustInject(pod: InjectablePod, namespace: NamespaceView, osmNamespace: string): boolean {
  if (pod.spec.hostNetwork === true) return false;
  if (['kube-system', 'kube-public', osmNamespace].includes(namespace.name)) return false;
  if (!namespace.monitored) return false;
  const onPod = injectionAnnotation(pod.metadata?.annotations);
  if (namespace.annotations === undefined) throw new OsmDenial('namespace not found');
  const onNamespace = injectionAnnotation(namespace.annotations);
  return onPod === true || (onNamespace === true && onPod !== false);
}

/** `undefined` if absent. Models isAnnotatedForInjection. */
function injectionAnnotation(annotations: Readonly<Record<string, string>> | undefined): boolean | undefined {
  const value = annotations?.[ANNOTATIONS.sidecarInjection];
  if (value === undefined) return undefined;
  const enabled = switchValue(value);
  if (enabled !== undefined) return enabled;
  throw new OsmDenial(`Invalid annotation value for key "${ANNOTATIONS.sidecarInjection}": ${value}`);
}

/**
 * Whether the namespace wants its pods scraped. Throws OsmDenial.
 * Models openservicemesh/osm v1.1 pkg/injector/metrics.go isMetricsEnabled: an empty value is off, and the text of the
 * error is lower case, unlike that of the injection annotation.
 */
export function metricsEnabled(namespace: NamespaceView): boolean {
  if (namespace.annotations === undefined) throw new OsmDenial('namespace not found');
  const value = namespace.annotations[ANNOTATIONS.metrics]?.toLowerCase() ?? '';
  if (value === '') return false;
  const enabled = switchValue(value);
  if (enabled !== undefined) return enabled;
  throw new OsmDenial(`Invalid value specified for annotation "${ANNOTATIONS.metrics}": ${value}`);
}

function switchValue(value: string): boolean | undefined {
  switch (value.toLowerCase()) {
    case 'enabled':
    case 'yes':
    case 'true':
      return true;
    case 'disabled':
    case 'no':
    case 'false':
      return false;
    default:
      return undefined;
  }
}
