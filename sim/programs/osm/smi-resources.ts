import type { HealthProbe } from './health.ts';
import type { Log } from './zerolog.ts';

/** The SMI kinds that osm-controller needs, with the API group and version in which it looks for them. */
export const SMI_KINDS: Readonly<Record<string, string>> = {
  HTTPRouteGroup: 'specs.smi-spec.io/v1alpha4',
  TCPRoute: 'specs.smi-spec.io/v1alpha4',
  TrafficSplit: 'split.smi-spec.io/v1alpha2',
  TrafficTarget: 'access.smi-spec.io/v1alpha3',
};

const GROUP_VERSIONS = ['specs.smi-spec.io/v1alpha4', 'access.smi-spec.io/v1alpha3', 'split.smi-spec.io/v1alpha2'];

/**
 * The probe `SMI`, of liveness and readiness alike: every SMI kind must be discoverable. `kinds` is asked at each
 * probe for those that are.
 * Models openservicemesh/osm v1.1 pkg/smi/health.go requiredAPIResourcesExist.
 */
export function smiProbe(kinds: () => readonly string[], log: Log): HealthProbe {
  const exist = (): boolean => {
    const available = kinds();
    for (const groupVersion of GROUP_VERSIONS) {
      // A group version without any kind is not served at all.
      if (available.some((kind) => SMI_KINDS[kind] === groupVersion)) continue;
      const message = `Error getting resources for groupVersion ${groupVersion}`;
      log('error', 'mesh-spec', 'health.go:59', message, 'the server could not find the requested resource');
      return false;
    }
    const missing = Object.entries(SMI_KINDS).find(([kind]) => !available.includes(kind));
    if (missing === undefined) return true;
    const message = `SMI API for Kind=${missing[0]}, GroupVersion=${missing[1]} is not available`;
    log('error', 'mesh-spec', 'health.go:69', message, 'missing SMI CRDs');
    return false;
  };
  return { id: 'SMI', liveness: exist, readiness: exist };
}
