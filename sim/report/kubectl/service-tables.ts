import type { EndpointSlice, Endpoints, Service } from '../../kube/objects.ts';
import { age } from './age.ts';
import { firstThree } from './first-three.ts';
import { formatLabels } from './labels.ts';
import type { GetOptions } from './pod-table.ts';
import type { Table } from './table.ts';

/** `kubectl get services`. */
export function serviceTable(services: readonly Service[], options: GetOptions): Table {
  const headers = ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'];
  return {
    headers: options.wide === true ? [...headers, 'SELECTOR'] : headers,
    rows: services.map((service) => [
      service.metadata.name,
      service.spec?.type ?? 'ClusterIP',
      orNone(service.spec?.clusterIP),
      externalIP(service),
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
      firstThree(readyAddresses(object), '<none>'),
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
      ),
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

function externalIP({ spec }: Service): string {
  if (spec?.type === 'ExternalName') return orNone(spec.externalName);
  if (spec?.externalIPs !== undefined && spec.externalIPs.length > 0) return spec.externalIPs.join(',');
  return spec?.type === 'LoadBalancer' ? '<pending>' : '<none>';
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
