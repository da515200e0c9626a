/** One resource that a control plane sends, in proto3's JSON form; `@type` says what it is. */
export interface XdsResource {
  readonly '@type': string;
  readonly [field: string]: unknown;
}

const PREFIX = 'type.googleapis.com/envoy.';

/** In the order in which osm-controller sends them all. */
export const XDS_TYPES = {
  clusters: `${PREFIX}config.cluster.v3.Cluster`,
  endpoints: `${PREFIX}config.endpoint.v3.ClusterLoadAssignment`,
  listeners: `${PREFIX}config.listener.v3.Listener`,
  routes: `${PREFIX}config.route.v3.RouteConfiguration`,
  secrets: `${PREFIX}extensions.transport_sockets.tls.v3.Secret`,
} as const;

export type XdsType = (typeof XDS_TYPES)[keyof typeof XDS_TYPES];

/** All that a proxy can ask for, by type. */
export type XdsResources = Readonly<Record<XdsType, readonly XdsResource[]>>;

/** The name by which a proxy asks for it. */
export function resourceName(resource: XdsResource): string {
  return String(resource.name ?? resource.cluster_name ?? '');
}

/** Where a resource refers to others: ask osm-controller, on the same stream. */
export const ADS = { ads: {}, resource_api_version: 'V3' } as const;
