import { type Check, failure, group, success, unknown } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import { at, recordsAt, textAt } from '../untyped.ts';
import { caBundleCheck } from './ca-bundle.ts';
import { isBefore, type Mesh } from './mesh.ts';

interface ExpectedCrd {
  name: string;
  /** The version that OSM uses; undefined: whichever. */
  version?: string;
  /** osm-controller's health probes ask for it. */
  probed?: boolean;
}

const CRDS: readonly ExpectedCrd[] = [
  { name: 'egresses.policy.openservicemesh.io' },
  { name: 'httproutegroups.specs.smi-spec.io', version: 'v1alpha4', probed: true },
  { name: 'ingressbackends.policy.openservicemesh.io' },
  { name: 'meshconfigs.config.openservicemesh.io' },
  { name: 'multiclusterservices.config.openservicemesh.io' },
  { name: 'tcproutes.specs.smi-spec.io', version: 'v1alpha4', probed: true },
  { name: 'trafficsplits.split.smi-spec.io', version: 'v1alpha2', probed: true },
  { name: 'traffictargets.access.smi-spec.io', version: 'v1alpha3', probed: true },
];

/** Installed since v1.1. */
const LATER: readonly ExpectedCrd[] = [
  { name: 'retries.policy.openservicemesh.io' },
  { name: 'upstreamtrafficsettings.policy.openservicemesh.io' },
];

/** The custom resource definitions that OSM needs, in the versions it uses. */
export function crdChecks(view: ClusterView, mesh: Mesh): Check {
  const context = 'Verify the CustomResourceDefinitions of OSM';
  const kind = 'CustomResourceDefinition';
  if (!view.isComplete(kind)) {
    return unknown('crds', context, {
      ...view.notGiven(kind),
      suggestion: 'Add the output of: kubectl get crds -o yaml',
    });
  }
  const expected = mesh.flavour === 'aks' || isBefore(mesh.release, 1, 1) ? CRDS : [...CRDS, ...LATER];
  const smi = expected
    .filter(({ probed }) => probed)
    .map(
      ({ name, version }) => `${textAt(view.get(kind, undefined, name), 'spec', 'names', 'kind') ?? name}:${version}`,
    );
  const checks = expected.map((crd) => crdCheck(view, mesh, crd));
  const good = checks.every(({ status }) => status === 'Success');
  return group('crds', context, checks, good ? { reason: `SMI supported: ${smi.join(',')}` } : {});
}

function crdCheck(view: ClusterView, mesh: Mesh, { name, version, probed }: ExpectedCrd): Check {
  const context = `Verify CRD ${name}${version === undefined ? '' : ` serves ${version}`}`;
  const object = `crd/${name}`;
  const kills = probed ? "; osm-controller's liveness probe needs it: it is restarted again and again" : '';
  const suggestion = `Install it again: helm and osm install bring it (cmd/osm-bootstrap/crds), or kubectl rollout restart deployment -n ${mesh.namespace} osm-bootstrap`;
  const crd = view.get('CustomResourceDefinition', undefined, name);
  if (crd === undefined) {
    return failure('crd', context, { object, reason: `CRD "${name}" not found${kills}`, suggestion });
  }
  const served = recordsAt(crd, 'spec', 'versions')
    .filter((one) => one.served !== false)
    .map((one) => String(one.name));
  if (version !== undefined && !served.includes(version)) {
    return failure('crd', context, {
      object,
      reason: `It serves ${served.join(', ') || 'nothing'}${kills}`,
      suggestion: `OSM uses ${version}: install the CRD of this release`,
    });
  }
  const refused = recordsAt(crd, 'status', 'conditions').find(
    (one) => (one.type === 'Established' || one.type === 'NamesAccepted') && one.status === 'False',
  );
  if (refused !== undefined) {
    return failure('crd', context, { object, reason: `${refused.type} is False: ${refused.message}`, suggestion });
  }
  const conversion = at(crd, 'spec', 'conversion', 'webhook', 'clientConfig');
  if (conversion !== undefined && at(conversion, 'service', 'namespace') === mesh.namespace) {
    const ca = caBundleCheck(view, mesh, at(conversion, 'caBundle'), `the conversion webhook of CRD ${name}`);
    if (ca.status === 'Failure') return { ...ca, object };
  }
  return success('crd', context, { object, reason: served.join(', ') });
}
