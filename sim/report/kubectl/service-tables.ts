import type { EndpointSlice, Endpoints, Service } from '../../kube/objects.ts';
import { age } from './age.ts';
import { firstThree } from './first-three.ts';
import { formatLabels } from './labels.ts';
import type { GetOptions } from './pod-table.ts';
import type { Table } from './table.ts';

const BALANCER_WIDTH = 16;

/** `kubectl get services`. */
export function serviceTable(services: readonly Service[], options: GetOptions): Table {
  const headers = ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'];
  return {
    headers: options.wide === true ? [...headers, 'SELECTOR'] : headers,
    rows: services.map((service) => [
      service.metadata.name,
      service.spec?.type ?? 'ClusterIP',
      orNone(service.spec?.clusterIPs?.[0]),
      externalIP(service, options.wide === true),
      servicePorts(service),
      age(service.metadata.creationTimestamp, options.now),
      ...(options.wide === true ? [formatLabels(service.spec?.selector)] : []),
    ]),
  };
}

/** `kubectl get endpoints`. */
export function endpointsTable(endpoints: readonly Endpoints[], options: GetOptions): Table {
  return {
    headers: ['NAME', 'ENDPOINTS', 'AGE'],
    rows: endpoints.map((object) => [
      object.metadata.name,
      firstThree(readyAddresses(object), (object.subsets ?? []).length === 0 ? '<none>' : ''),
      age(object.metadata.creationTimestamp, options.now),
    ]),
  };
}

/** `kubectl get endpointslices`. */
export function endpointSliceTable(slices: readonly EndpointSlice[], options: GetOptions): Table {
  return {
    headers: ['NAME', 'ADDRESSTYPE', 'PORTS', 'ENDPOINTS', 'AGE'],
    rows: slices.map((slice) => [
      slice.metadata.name,
      slice.addressType,
      firstThree(
        (slice.ports ?? []).map((port) => String(port.port ?? port.name ?? '*')),
        '<unset>',
      ) || '<unset>',
      firstThree(
        slice.endpoints.flatMap((endpoint) => endpoint.addresses),
        '<unset>',
      ),
      age(slice.metadata.creationTimestamp, options.now),
    ]),
  };
}

function readyAddresses(object: Endpoints): string[] {
  return (object.subsets ?? []).flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map((address) => address.ip)
      : ports.flatMap((port) => addresses.map((address) => `${address.ip}:${port.port}`)),
  );
}

function externalIP({ spec, status }: Service, wide: boolean): string {
  if (spec?.type === 'ExternalName') return spec.externalName ?? '';
  const balancers = spec?.type === 'LoadBalancer' ? balancerAddresses(status, wide) : [];
  const all = [...balancers, ...(spec?.externalIPs ?? [])];
  if (all.length > 0) return all.join(',');
  return spec?.type === 'LoadBalancer' ? '<pending>' : '<none>';
}

/** Cut, but in the wide table. Models loadBalancerStatusStringer. */
function balancerAddresses(status: Service['status'], wide: boolean): string[] {
  const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []);
  const text = [...new Set(addresses)].sort().join(',');
  if (text === '') return [];
  return [!wide && text.length > BALANCER_WIDTH ? `${text.slice(0, BALANCER_WIDTH - 3)}...` : text];
}

function servicePorts({ spec }: Service): string {
  const ports = (spec?.ports ?? []).map(({ port, nodePort, protocol = 'TCP' }) =>
    nodePort === undefined || nodePort === 0 ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`,
  );
  return ports.length === 0 ? '<none>' : ports.join(',');
}

function orNone(text: string | undefined): string {
  return text === undefined || text === '' ? '<none>' : text;
}
