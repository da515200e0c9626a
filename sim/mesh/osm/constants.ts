// Models openservicemesh/osm v1.1 pkg/constants and pkg/injector.

/** Ports of the sidecar and of what OSM puts beside it. */
export const OSM_PORTS = {
  admin: 15000,
  outbound: 15001,
  inbound: 15003,
  prometheus: 15010,
  ads: 15128,
  liveness: 15901,
  readiness: 15902,
  startup: 15903,
  healthcheck: 15904,
  injector: 9090,
} as const;

/** The user Envoy runs as; the rules tell its traffic from the app's by it. */
export const ENVOY_UID = 1500;

export const HEALTHCHECK_PATH = '/osm-healthcheck';
export const ORIGINAL_TCP_PORT_HEADER = 'Original-Tcp-Port';

export const MONITORED_BY_LABEL = 'openservicemesh.io/monitored-by';
export const IGNORE_LABEL = 'openservicemesh.io/ignore';
export const PROXY_UUID_LABEL = 'osm-proxy-uuid';

export const ANNOTATIONS = {
  sidecarInjection: 'openservicemesh.io/sidecar-injection',
  metrics: 'openservicemesh.io/metrics',
  outboundPortExclusionList: 'openservicemesh.io/outbound-port-exclusion-list',
  inboundPortExclusionList: 'openservicemesh.io/inbound-port-exclusion-list',
  outboundIPRangeExclusionList: 'openservicemesh.io/outbound-ip-range-exclusion-list',
  outboundIPRangeInclusionList: 'openservicemesh.io/outbound-ip-range-inclusion-list',
} as const;

export const INIT_CONTAINER = 'osm-init';
export const ENVOY_CONTAINER = 'envoy';
export const HEALTHCHECK_CONTAINER = 'osm-healthcheck';
export const BOOTSTRAP_VOLUME = 'envoy-bootstrap-config-volume';
export const BOOTSTRAP_SECRET_PREFIX = 'envoy-bootstrap-config-';
export const BOOTSTRAP_FILE = 'bootstrap.yaml';
export const ENVOY_CONFIG_DIRECTORY = '/etc/envoy';

export const WEBHOOK_NAME = 'osm-inject.k8s.io';
export const WEBHOOK_PATH = '/mutate-pod-creation';

/** The probes that OSM rewrites, in the order in which it looks at them. */
export const PROBE_TYPES = ['liveness', 'readiness', 'startup'] as const;
export type ProbeType = (typeof PROBE_TYPES)[number];
