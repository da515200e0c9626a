import type { Deployment, EndpointSlice, Endpoints, Pod, Service } from '../../kube/objects.ts';
import { type Check, failure, group, success, unknown } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import { controlPlanePod } from './control-plane-pod.ts';
import { CONTROL_PLANE_APPS, type ControlPlaneApp, isBefore, type Mesh } from './mesh.ts';

interface ExpectedService {
  name: string;
  ports: readonly number[];
}

/**
 * The Services of a part, with the ports that others call. The add-on's osm-controller also publishes 9091; from v1.2
 * on health is served on 9091, which no Service publishes.
 */
function servicesOf(app: ControlPlaneApp, mesh: Mesh): ExpectedService[] {
  switch (app) {
    case 'osm-controller':
      return [
        { name: 'osm-controller', ports: mesh.flavour === 'aks' ? [15128, 9092, 9091] : [15128, 9092] },
        { name: 'osm-validator', ports: [9093] },
      ];
    case 'osm-injector':
      return [{ name: 'osm-injector', ports: [9090] }];
    case 'osm-bootstrap':
      return [{ name: 'osm-bootstrap', ports: isBefore(mesh.release ?? 'v1.1', 1, 2) ? [9443, 9095] : [9443] }];
  }
}

const ROLES: Readonly<Record<ControlPlaneApp, string>> = {
  'osm-controller': 'no proxy gets or renews its configuration',
  'osm-injector': 'no pod can be created in a namespace of the mesh (failurePolicy Fail)',
  'osm-bootstrap': 'CRDs are not converted, and new pods of osm-controller and osm-injector wait for it',
};

/** The parts of a mesh's control plane: Deployment, pods, Services and endpoints of each. */
export function controlPlaneChecks(view: ClusterView, mesh: Mesh): Check[] {
  return CONTROL_PLANE_APPS.map((app) => {
    const checks = [deploymentCheck(view, mesh, app)];
    const pods = view
      .list<Pod>('Pod', mesh.namespace)
      .filter(({ metadata }) => metadata.labels?.app === app && metadata.deletionTimestamp === undefined);
    checks.push(
      ...(pods.length > 0 ? pods.map((pod) => controlPlanePod(view, mesh, app, pod)) : noPods(view, mesh, app)),
    );
    for (const service of servicesOf(app, mesh)) {
      checks.push(serviceCheck(view, mesh, app, service), endpointsCheck(view, mesh, service.name));
    }
    return group('control-plane', `Verify ${mesh.namespace}/${app}`, checks);
  });
}

function deploymentCheck(view: ClusterView, mesh: Mesh, app: ControlPlaneApp): Check {
  const object = `deployment/${mesh.namespace}/${app}`;
  const context = `Verify deployment ${mesh.namespace}/${app}`;
  const found = view
    .list<Deployment>('Deployment', mesh.namespace)
    .find(({ metadata }) => metadata.labels?.app === app);
  if (found === undefined) {
    if (!view.isComplete('Deployment')) return unknown('deployment', context, view.notGiven('Deployment'));
    return failure('deployment', context, {
      object,
      reason: `Deployment "${app}" not found in namespace "${mesh.namespace}": ${ROLES[app]}`,
      suggestion: `Install it again: osm install, helm, or az aks enable-addons --addons open-service-mesh`,
    });
  }
  const wanted = found.spec?.replicas ?? 1;
  const { readyReplicas: ready = 0, updatedReplicas: updated = 0 } = found.status ?? {};
  const state = `${ready}/${wanted} ready, ${updated} up to date`;
  if (wanted === 0) {
    const suggestion = `kubectl scale deployment -n ${mesh.namespace} ${found.metadata.name} --replicas=1`;
    return failure('deployment', context, { object, reason: `It is scaled to 0: ${ROLES[app]}`, suggestion });
  }
  if (ready >= wanted && updated >= wanted) return success('deployment', context, { object, reason: state });
  return failure('deployment', context, {
    object,
    reason: `${state}${ready === 0 ? `: ${ROLES[app]}` : ''}`,
    suggestion: `kubectl get deployment,pod,service -n ${mesh.namespace} --selector app=${app}; see its pods below`,
  });
}

function noPods(view: ClusterView, mesh: Mesh, app: ControlPlaneApp): Check[] {
  const context = `Verify readiness status of pod for app ${mesh.namespace}/${app}`;
  if (!view.isComplete('Pod')) return [unknown('control-plane-pod', context, view.notGiven('Pod'))];
  const refused = view.input.events.filter(
    ({ reason, involvedObject: about }) =>
      reason === 'FailedCreate' && about.namespace === mesh.namespace && about.name.startsWith(app),
  );
  const why = refused.at(-1)?.message;
  return [
    failure('control-plane-pod', context, {
      reason: `There is no pod with the label app=${app}${why === undefined ? '' : `: ${why}`}`,
      suggestion: `kubectl describe replicaset -n ${mesh.namespace} -l app=${app}`,
    }),
  ];
}

function serviceCheck(view: ClusterView, mesh: Mesh, app: ControlPlaneApp, expected: ExpectedService): Check {
  const context = `Verify service ${mesh.namespace}/${expected.name} has ports ${expected.ports.join(', ')}`;
  const object = `service/${mesh.namespace}/${expected.name}`;
  const service = view.get<Service>('Service', mesh.namespace, expected.name);
  if (service === undefined) {
    if (!view.isComplete('Service')) return unknown('service', context, view.notGiven('Service'));
    return failure('service', context, {
      object,
      reason: `Service "${expected.name}" not found in namespace "${mesh.namespace}"`,
      suggestion: `Install the chart again; every client calls ${app} by this name`,
    });
  }
  const ports = (service.spec?.ports ?? []).map(({ port }) => port);
  const missing = expected.ports.filter((port) => !ports.includes(port));
  if (missing.length > 0) {
    return failure('service', context, {
      object,
      reason: `It has ports ${ports.join(', ') || 'none'}; ${missing.join(', ')} missing`,
      suggestion: `Add the port: kubectl edit service -n ${mesh.namespace} ${expected.name}`,
    });
  }
  return success('service', context, { object, reason: ports.map((port) => `${port}/TCP`).join(',') });
}

function endpointsCheck(view: ClusterView, mesh: Mesh, name: string): Check {
  const context = `Verify service ${mesh.namespace}/${name} has a ready endpoint`;
  const object = `endpoints/${mesh.namespace}/${name}`;
  const slices = view
    .list<EndpointSlice>('EndpointSlice', mesh.namespace)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);
  const endpoints = view.get<Endpoints>('Endpoints', mesh.namespace, name);
  const known = slices.length > 0 || endpoints !== undefined;
  if (!known && !view.isComplete('EndpointSlice') && !view.isComplete('Endpoints')) {
    return unknown('endpoints', context, view.notGiven('EndpointSlice'));
  }
  const ready =
    slices.length > 0
      ? slices.flatMap((slice) => slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
      : (endpoints?.subsets ?? []).flatMap((subset) => subset.addresses ?? []);
  if (ready.length > 0) return success('endpoints', context, { object, reason: `${ready.length} ready` });
  return failure('endpoints', context, {
    object,
    reason: 'No ready endpoint: connections to it are refused',
    suggestion: `The pods behind it must be ready, and match its selector: kubectl describe service -n ${mesh.namespace} ${name}`,
  });
}
