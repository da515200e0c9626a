import type { EndpointSlice, Event, Service } from '../../kube/objects.ts';
import { describeEvents } from './describe-events.ts';
import { DescribeWriter } from './describe-writer.ts';
import { formatLabels } from './labels.ts';

const MAX_SHOWN = 3;

/**
 * `kubectl describe service`. `slices`: the EndpointSlices of this service.
 * Models k8s.io/kubectl v0.34 pkg/describe describeService.
 */
export function describeService(
  service: Service,
  slices: readonly EndpointSlice[],
  events: readonly Event[],
  now: number,
): string {
  const w = new DescribeWriter();
  const spec = service.spec ?? {};
  w.line(0, `Name:\t${service.metadata.name}`);
  w.line(0, `Namespace:\t${service.metadata.namespace}`);
  w.labels('Labels', service.metadata.labels);
  w.annotations('Annotations', service.metadata.annotations);
  w.line(0, `Selector:\t${formatLabels(spec.selector)}`);
  w.line(0, `Type:\t${spec.type ?? 'ClusterIP'}`);
  if (spec.ipFamilyPolicy !== undefined) w.line(0, `IP Family Policy:\t${spec.ipFamilyPolicy}`);
  w.line(0, `IP Families:\t${spec.ipFamilies?.join(',') ?? '<none>'}`);
  w.line(0, `IP:\t${spec.clusterIP ?? ''}`);
  w.line(0, `IPs:\t${spec.clusterIPs?.join(',') ?? '<none>'}`);
  if ((spec.externalIPs ?? []).length > 0) w.line(0, `External IPs:\t${spec.externalIPs?.join(',')}`);
  if (spec.loadBalancerIP) w.line(0, `Desired LoadBalancer IP:\t${spec.loadBalancerIP}`);
  if (spec.externalName) w.line(0, `External Name:\t${spec.externalName}`);
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) w.line(0, `LoadBalancer Ingress:\t${ingressText(ingress)}`);
  ports(w, service, slices);
  w.line(0, `Session Affinity:\t${spec.sessionAffinity ?? ''}`);
  if (spec.externalTrafficPolicy !== undefined) w.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`);
  if (spec.internalTrafficPolicy !== undefined) w.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`);
  if (spec.healthCheckNodePort) w.line(0, `HealthCheck NodePort:\t${spec.healthCheckNodePort}`);
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) w.line(0, `LoadBalancer Source Ranges:\t${ranges.join(',')}`);
  const { trafficDistribution } = spec as { trafficDistribution?: string };
  if (trafficDistribution !== undefined) w.line(0, `Traffic Distribution:\t${trafficDistribution}`);
  describeEvents(w, events, now);
  return w.toString();
}

/** Models buildIngressString. */
function ingressText(ingress: readonly { ip?: string; hostname?: string; ipMode?: string }[]): string {
  return ingress.map(({ ip, hostname, ipMode }) => (ip ? `${ip}${ipMode ? ` (${ipMode})` : ''}` : hostname)).join(', ');
}

/**
 * `kubectl describe endpointslice`.
 * Models k8s.io/kubectl v0.34 pkg/describe describeEndpointSliceV1.
 */
export function describeEndpointSlice(slice: EndpointSlice, events: readonly Event[], now: number): string {
  const w = new DescribeWriter();
  w.line(0, `Name:\t${slice.metadata.name}`);
  w.line(0, `Namespace:\t${slice.metadata.namespace}`);
  w.labels('Labels', slice.metadata.labels);
  w.annotations('Annotations', slice.metadata.annotations);
  w.line(0, `AddressType:\t${slice.addressType}`);
  const portList = slice.ports ?? [];
  if (portList.length === 0) w.line(0, 'Ports: <unset>');
  else {
    w.line(0, 'Ports:');
    w.line(1, 'Name\tPort\tProtocol');
    w.line(1, '----\t----\t--------');
    for (const port of portList) {
      const name = port.name === undefined || port.name === '' ? '<unset>' : port.name;
      w.line(1, `${name}\t${port.port ?? '<unset>'}\t${port.protocol ?? 'TCP'}`);
    }
  }
  if (slice.endpoints.length === 0) w.line(0, 'Endpoints: <none>');
  else endpoints(w, slice);
  describeEvents(w, events, now);
  return w.toString();
}

function endpoints(w: DescribeWriter, slice: EndpointSlice): void {
  w.line(0, 'Endpoints:');
  for (const endpoint of slice.endpoints) {
    w.line(1, `- Addresses:\t${endpoint.addresses.join(',')}`);
    w.line(2, 'Conditions:');
    w.line(3, `Ready:\t${endpoint.conditions?.ready ?? '<unset>'}`);
    w.line(2, `Hostname:\t${endpoint.hostname ?? '<unset>'}`);
    const target = endpoint.targetRef;
    if (target !== undefined) w.line(2, `TargetRef:\t${target.kind}/${target.name}`);
    w.line(2, `NodeName:\t${endpoint.nodeName ?? '<unset>'}`);
    w.line(2, `Zone:\t${endpoint.zone ?? '<unset>'}`);
  }
}

function ports(w: DescribeWriter, service: Service, slices: readonly EndpointSlice[]): void {
  for (const port of service.spec?.ports ?? []) {
    const name = port.name === undefined || port.name === '' ? '<unset>' : port.name;
    const protocol = port.protocol ?? 'TCP';
    w.line(0, `Port:\t${name}\t${port.port}/${protocol}`);
    w.line(0, `TargetPort:\t${port.targetPort ?? port.port}/${protocol}`);
    if (port.nodePort !== undefined && port.nodePort !== 0)
      w.line(0, `NodePort:\t${name}\t${port.nodePort}/${protocol}`);
    w.line(0, `Endpoints:\t${readyEndpoints(slices, port.name ?? '')}`);
  }
}

/**
 * The first three ready endpoints, and how many more. A fourth that is not ready makes kubectl say `+ 0 more...`; slices without
 * ports count for every port.
 * Models k8s.io/kubectl v0.34 pkg/describe formatEndpointSlices.
 */
function readyEndpoints(slices: readonly EndpointSlice[], portName: string): string {
  const shown: string[] = [];
  let ready = 0;
  let more = false;
  const add = (slice: EndpointSlice, suffix: string) => {
    for (const { addresses, conditions } of slice.endpoints) {
      if (shown.length === MAX_SHOWN) more = true;
      if (conditions?.ready === false) continue;
      if (!more) shown.push(`${addresses[0] ?? ''}${suffix}`);
      ready++;
    }
  };
  for (const slice of slices) {
    const ports = slice.ports ?? [];
    if (ports.length === 0) add(slice, '');
    for (const port of ports) if ((port.name ?? '') === portName) add(slice, `:${port.port}`);
  }
  if (slices.length === 0) return '<none>';
  return more ? `${shown.join(',')} + ${ready - MAX_SHOWN} more...` : shown.join(',');
}
