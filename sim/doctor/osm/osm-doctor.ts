import type { Pod } from '../../kube/objects.ts';
import { type Check, failure, group, unknown } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { Doctor, DoctorOptions } from '../doctor.ts';
import { CA_CERTIFICATE, caBundleSecret } from './ca-bundle.ts';
import { controlPlaneChecks } from './control-plane.ts';
import { healthEndpoints } from './control-plane-pod.ts';
import { crdChecks } from './crds.ts';
import { CONTROL_PLANE_APPS, findMeshes, type Mesh } from './mesh.ts';
import { meshConfigChecks } from './mesh-config-checks.ts';
import { namespaceChecks } from './namespaces.ts';
import { podChecks } from './pod-checks.ts';
import { webhookChecks } from './webhooks.ts';

/**
 * Open Service Mesh: the procedures of its pages about the health probes of its control plane and of applications, and
 * of the page about the add-on of Azure Kubernetes Service.
 */
export const osmDoctor: Doctor = {
  name: 'osm',
  resources: [
    { resource: 'namespaces', kind: 'Namespace', managedFields: true },
    { resource: 'pods', kind: 'Pod' },
    { resource: 'services', kind: 'Service' },
    { resource: 'endpointslices.discovery.k8s.io', kind: 'EndpointSlice' },
    { resource: 'deployments.apps', kind: 'Deployment' },
    { resource: 'replicasets.apps', kind: 'ReplicaSet' },
    { resource: 'statefulsets.apps', kind: 'StatefulSet' },
    { resource: 'daemonsets.apps', kind: 'DaemonSet' },
    { resource: 'jobs.batch', kind: 'Job' },
    { resource: 'events', kind: 'Event' },
    { resource: 'mutatingwebhookconfigurations.admissionregistration.k8s.io', kind: 'MutatingWebhookConfiguration' },
    {
      resource: 'validatingwebhookconfigurations.admissionregistration.k8s.io',
      kind: 'ValidatingWebhookConfiguration',
    },
    { resource: 'customresourcedefinitions.apiextensions.k8s.io', kind: 'CustomResourceDefinition' },
    { resource: 'meshconfigs.config.openservicemesh.io', kind: 'MeshConfig' },
    { resource: 'networkpolicies.networking.k8s.io', kind: 'NetworkPolicy' },
    { resource: 'secrets', kind: 'Secret', selector: 'app.kubernetes.io/name=openservicemesh.io' },
  ],
  logs: CONTROL_PLANE_APPS.map((value) => ({ label: 'app', value })),
  fields: (view, options) =>
    findMeshes(view, options)
      .filter(({ seen }) => seen)
      .map((mesh) => {
        const name = caBundleSecret(view, mesh);
        return { resource: 'secret', kind: 'Secret', namespace: mesh.namespace, name, key: CA_CERTIFICATE };
      }),
  answers: (view, options) =>
    findMeshes(view, options).flatMap((mesh) =>
      CONTROL_PLANE_APPS.flatMap((app) =>
        view
          .list<Pod>('Pod', mesh.namespace)
          .filter(({ metadata, status }) => metadata.labels?.app === app && status.phase === 'Running')
          .flatMap(({ metadata: { namespace, name } }) =>
            healthEndpoints(app, mesh).map((endpoint) => ({ namespace, pod: name, ...endpoint })),
          ),
      ),
    ),
  examine: (view, options) => {
    const meshes = findMeshes(view, options);
    return [
      ...meshes.flatMap((mesh) => meshChecks(view, mesh, options)),
      ...namespaceChecks(view, meshes),
      ...podChecks(view, meshes, options.namespace),
    ];
  },
};

function meshChecks(view: ClusterView, mesh: Mesh, options: DoctorOptions): Check[] {
  if (!mesh.seen) return [unseen(view, options)];
  const title = `mesh "${mesh.name}" in namespace "${mesh.namespace}" (${mesh.release ?? `as v${mesh.profile.version}`}, ${mesh.flavour === 'aks' ? 'AKS add-on' : 'upstream'})`;
  return [
    group('mesh', `Verify the control plane of ${title}`, controlPlaneChecks(view, mesh)),
    group('webhooks', `Verify the webhooks of mesh "${mesh.name}"`, webhookChecks(view, mesh)),
    meshConfigChecks(view, mesh),
    crdChecks(view, mesh),
  ];
}

/** Nothing of a control plane: in a cluster that is the finding; files and labs may simply not have it. */
function unseen(view: ClusterView, options: DoctorOptions): Check {
  const context = 'Verify the control plane of a mesh';
  const asked = options.name ?? options.systemNamespace;
  const where = asked === undefined ? '' : ` ("${asked}")`;
  if (view.input.origin === 'cluster') {
    return failure('mesh', context, {
      reason: `No osm mesh control planes found${where}`,
      suggestion: 'osm install, or az aks enable-addons --addons open-service-mesh',
    });
  }
  const reason =
    view.input.origin === 'run'
      ? "No control plane runs as pods in this run: the lab's own injector stands for it"
      : `No part of a control plane is among the objects given${where}`;
  const suggestion =
    view.input.origin === 'run'
      ? 'See scenarios/osm/control-plane for one'
      : 'Add the output of: kubectl get deployments,pods,services,endpointslices,meshconfigs,mutatingwebhookconfigurations,validatingwebhookconfigurations,crds -A -o yaml';
  return unknown('mesh', context, { reason, suggestion });
}
