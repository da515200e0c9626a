import type { KubeApiVersion } from './go-types.ts';

/** Releases of OSM that can be modelled; `main` is the head that was never released. */
export const OSM_VERSIONS = ['1.0', '1.1', '1.2', 'main'] as const;
export type OsmVersion = (typeof OSM_VERSIONS)[number];

/** The images a release's chart configures. */
export interface OsmImages {
  envoy: string;
  envoyWindows: string;
  init: string;
  healthcheck: string;
}

/** What differs between releases of OSM's injector. */
export interface OsmProfile {
  version: OsmVersion;
  /** The release recorded from: a label of what the injector makes. */
  release: string;
  /** Release of the Kubernetes API module it is built with: fields of later ones are lost. */
  kubeApi: KubeApiVersion;
  images: OsmImages;
  probes: {
    /** tcpSocket becomes httpGet at osm-healthcheck; else only its port is rewritten and Envoy proxies TCP. */
    tcpBecomesHealthcheck: boolean;
    /** One cluster and route per container, path `/osm-liveness-probe/<container>`; else one slot per probe type in a pod. */
    perContainer: boolean;
    /** The route's timeout is the probe's; else always 1s. */
    routeTimeout: boolean;
  };
  bootstrap: {
    /** `<uuid>.sidecar.<service account>.<namespace>.cluster.local`, or the bare uuid. */
    nodeId: 'common-name' | 'uuid';
    /** TLS parameters towards osm-controller: always v1.2 to v1.3, or those of the MeshConfig. */
    tlsParams: 'fixed' | 'mesh-config';
    tcpKeepalive: boolean;
    /** Certificates in the bootstrap, or in files of the Secret that Envoy watches. */
    certificates: 'inline' | 'sds-files';
    /** The Secret names the issuers of the certificate. */
    issuerIds: boolean;
    /** The filters' names are free text in Envoy's configuration; OSM changed them. */
    filterNames: { httpConnectionManager: string; router: string; tcpProxy: string };
    routerTypedConfig: boolean;
    httpsStatPrefix: string;
    /** Listeners tell TLS from plain text, one filter chain each. */
    tlsInspector: boolean;
  };
  iptables: {
    healthcheckPort: boolean;
    /** Network interfaces, included IP ranges, PodIP mode; exclusions come before the final redirect. */
    interceptionOptions: boolean;
  };
  containers: {
    /** osm-init has env POD_IP and an imagePullPolicy. */
    initPodIP: boolean;
    envoyExtraArgs: readonly string[];
    envoyAllowPrivilegeEscalation: boolean | undefined;
    /** Namespace in `--service-cluster`: of the object (often empty at admission) or of the request. */
    serviceClusterNamespace: 'object' | 'request';
  };
  /** A copy of an injected pod gets a new Secret only; else everything a second time. */
  recognizesCopies: boolean;
  /** When the namespace's metrics annotation is read: before the images are checked, or at the end. */
  metricsFirst: boolean;
  /** The namespace label by which the webhook leaves OSM's own namespace alone. */
  namespaceNameLabel: string;
}

const V1_1: OsmProfile = {
  version: '1.1',
  release: 'v1.1.4',
  kubeApi: 23,
  images: {
    envoy: 'envoyproxy/envoy-alpine:v1.19.3',
    envoyWindows: 'envoyproxy/envoy-windows:v1.19.3',
    init: 'openservicemesh/init:v1.1.4',
    healthcheck: 'openservicemesh/osm-healthcheck:v1.1.4',
  },
  probes: { tcpBecomesHealthcheck: true, perContainer: false, routeTimeout: true },
  bootstrap: {
    nodeId: 'common-name',
    tlsParams: 'mesh-config',
    tcpKeepalive: true,
    certificates: 'inline',
    issuerIds: false,
    filterNames: {
      httpConnectionManager: 'envoy.filters.network.http_connection_manager',
      router: 'envoy.filters.http.router',
      tcpProxy: 'envoy.filters.network.tcp_proxy',
    },
    routerTypedConfig: false,
    httpsStatPrefix: 'health_probes',
    tlsInspector: false,
  },
  iptables: { healthcheckPort: true, interceptionOptions: true },
  containers: {
    initPodIP: true,
    envoyExtraArgs: [],
    envoyAllowPrivilegeEscalation: undefined,
    serviceClusterNamespace: 'object',
  },
  recognizesCopies: false,
  metricsFirst: false,
  namespaceNameLabel: 'name',
};

const V1_0: OsmProfile = {
  ...V1_1,
  version: '1.0',
  release: 'v1.0.0',
  kubeApi: 22,
  images: {
    envoy: 'envoyproxy/envoy-alpine:v1.19.1',
    envoyWindows: 'envoyproxy/envoy-windows:v1.19.1',
    init: 'openservicemesh/init:v1.0.0',
    healthcheck: '',
  },
  probes: { ...V1_1.probes, tcpBecomesHealthcheck: false },
  bootstrap: { ...V1_1.bootstrap, tlsParams: 'fixed', tcpKeepalive: false },
  iptables: { healthcheckPort: false, interceptionOptions: false },
  // The blank is part of the one argument: Envoy sees it as an unknown option's text, as released.
  containers: { ...V1_1.containers, initPodIP: false, envoyExtraArgs: ['--bootstrap-version 3'] },
};

const V1_2: OsmProfile = {
  ...V1_1,
  version: '1.2',
  release: 'v1.2.4',
  kubeApi: 26,
  images: {
    envoy: 'envoyproxy/envoy-distroless:v1.22.2',
    envoyWindows: 'envoyproxy/envoy-windows:v1.22.1',
    init: 'openservicemesh/init:v1.2.4',
    healthcheck: 'openservicemesh/osm-healthcheck:v1.2.4',
  },
  bootstrap: {
    ...V1_1.bootstrap,
    certificates: 'sds-files',
    filterNames: { httpConnectionManager: 'http_connection_manager', router: 'http_router', tcpProxy: 'tcp_proxy' },
    routerTypedConfig: true,
  },
  containers: { ...V1_1.containers, envoyAllowPrivilegeEscalation: false },
  recognizesCopies: true,
  metricsFirst: true,
};

const MAIN: OsmProfile = {
  ...V1_2,
  version: 'main',
  release: 'latest-main',
  images: {
    ...V1_2.images,
    init: 'openservicemesh/init:latest-main',
    healthcheck: 'openservicemesh/osm-healthcheck:latest-main',
  },
  probes: { tcpBecomesHealthcheck: true, perContainer: true, routeTimeout: false },
  bootstrap: {
    ...V1_2.bootstrap,
    nodeId: 'uuid',
    issuerIds: true,
    filterNames: { ...V1_1.bootstrap.filterNames, router: 'http_router', tcpProxy: 'tcp_proxy' },
    httpsStatPrefix: 'health_probes_https',
    tlsInspector: true,
  },
  containers: { ...V1_2.containers, serviceClusterNamespace: 'request' },
  namespaceNameLabel: 'kubernetes.io/metadata.name',
};

/** The profile of a release; v1.1 is what OSM's documentation describes. */
export const OSM_PROFILES: Readonly<Record<OsmVersion, OsmProfile>> = {
  '1.0': V1_0,
  '1.1': V1_1,
  '1.2': V1_2,
  main: MAIN,
};
