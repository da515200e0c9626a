import { CALICO_HOSTED, CALICO_IMAGES } from './calico.ts';
import * as dockerfiles from './dockerfiles.ts';

/**
 * What an image is, for the report: `real`: the program its name promises, in the version it promises;
 * `stand-in`: something else under that name, `note` says what; `ours`: no one else has it.
 */
export type ImageKind = 'real' | 'stand-in' | 'ours';

export interface CatalogueTag {
  name: string;
  kind: ImageKind;
  note?: string;
}

export interface CatalogueImage {
  /** Short name for `--only` and progress. */
  id: string;
  dockerfile: string;
  /** Built before, because the Dockerfile copies from it. */
  needs: readonly string[];
  /** Files of the build context that are not text here. */
  context: readonly ('node' | 'envoy' | 'calico' | 'nacos-sdk' | 'programs')[];
  tags: readonly CatalogueTag[];
}

const ENVOY_VERSION = 'v1.40.0';

function standIns(names: readonly string[], note: string): CatalogueTag[] {
  return names.map((name) => ({ name, kind: 'stand-in', note }));
}

function osm(name: string): string[] {
  return ['v0.8.0', 'v0.9.1', 'v0.11.1', 'v1.0.0', 'v1.1.0', 'v1.1.4', 'v1.2.0', 'v1.2.4', 'latest-main'].map(
    (version) => `openservicemesh/${name}:${version}`,
  );
}

/** Everything `probelab images build` makes, in building order. */
export const CATALOGUE: readonly CatalogueImage[] = [
  {
    id: 'tools',
    dockerfile: dockerfiles.TOOLS,
    needs: [],
    context: [],
    tags: [{ name: 'probelab/tools:bookworm', kind: 'ours' }],
  },
  {
    id: 'pause',
    dockerfile: dockerfiles.PAUSE,
    needs: ['tools'],
    context: [],
    tags: [
      { name: 'probelab/pause:1', kind: 'ours' },
      ...standIns(['registry.k8s.io/pause:3.10'], "busybox's sleep instead of the pause program"),
    ],
  },
  {
    id: 'busybox',
    dockerfile: dockerfiles.BUSYBOX,
    needs: ['tools'],
    context: [],
    tags: [
      { name: 'probelab/busybox:1', kind: 'ours' },
      { name: 'busybox:1.35', kind: 'real' },
      ...standIns(
        ['busybox:latest', 'registry.k8s.io/busybox:latest', 'registry.local/busybox:1.35'],
        "Debian's busybox-static 1.35",
      ),
    ],
  },
  {
    id: 'etcd',
    dockerfile: dockerfiles.ETCD,
    needs: ['tools'],
    context: [],
    tags: [
      { name: 'probelab/etcd:1', kind: 'ours' },
      ...standIns(['registry.k8s.io/etcd:3.5.1-0'], "the real etcd, but Debian's version 3.4.23"),
    ],
  },
  {
    id: 'net',
    dockerfile: dockerfiles.NET,
    needs: [],
    context: [],
    tags: [
      { name: 'probelab/net:1', kind: 'ours' },
      ...standIns(osm('init'), "Debian's iptables 1.8.9; the rules are the injector's own"),
    ],
  },
  {
    id: 'clients',
    dockerfile: dockerfiles.CLIENTS,
    needs: [],
    context: [],
    tags: [
      { name: 'probelab/clients:1', kind: 'ours' },
      ...standIns(['curlimages/curl:latest'], "Debian's curl"),
      ...standIns(osm('osm-crds'), 'a kubectl that finds the CRDs applied: they are manifests of the lab'),
    ],
  },
  {
    id: 'envoy',
    dockerfile: dockerfiles.ENVOY,
    needs: [],
    context: ['envoy'],
    tags: [
      { name: 'probelab/envoy:1', kind: 'ours' },
      { name: `envoyproxy/envoy:${ENVOY_VERSION}`, kind: 'real' },
      ...standIns(
        [
          'envoyproxy/envoy-alpine:v1.17.2',
          'envoyproxy/envoy-alpine:v1.19.1',
          'envoyproxy/envoy-alpine:v1.19.3',
          'envoyproxy/envoy-distroless:v1.22.2',
        ],
        'a real Envoy, but 1.40.0',
      ),
    ],
  },
  {
    id: 'app',
    dockerfile: dockerfiles.APP,
    needs: ['tools'],
    context: ['node', 'nacos-sdk', 'programs'],
    tags: [
      { name: 'probelab/app:1', kind: 'ours' },
      ...CALICO_HOSTED,
      ...standIns(osm('osm-healthcheck'), 'our osm-healthcheck, made to answer as the real one'),
      ...standIns(['bookstore', 'bookbuyer', 'bookthief', 'bookwarehouse'].flatMap(osm), 'a described app'),
      ...standIns(
        ['nacos/nacos-server:v2.2.4', 'nacos/nacos-server:v2.5.1'],
        'our naming server, made to answer as the real one',
      ),
      ...standIns(osm('osm-controller'), 'our osm-controller, made to answer as the real one'),
      ...standIns(
        osm('osm-injector'),
        'our osm-injector, made to answer as the real one; its webhook injects as the real one',
      ),
      ...standIns(
        ['istio/proxyv2:1.27.0'],
        "our pilot-agent: its answers to probes, and nothing else of Istio's sidecar",
      ),
      ...standIns(osm('osm-bootstrap'), 'our osm-bootstrap, made to answer as the real one'),
      ...standIns(
        [
          'registry.k8s.io/liveness:latest',
          'registry.k8s.io/e2e-test-images/agnhost:2.40',
          'registry.k8s.io/goproxy:0.1',
          'registry.local/probeapp:1',
          'registry.local/probeapp:2',
        ],
        'a described app that behaves as the original is documented to',
      ),
    ],
  },
  ...CALICO_IMAGES,
];

/** The base that the Dockerfiles above start from. */
export const BASE_NAME = { repo: 'probelab/base', tag: 'bookworm' };
export const BASE_IMAGE = `${BASE_NAME.repo}:${BASE_NAME.tag}`;
export const APP_IMAGE = 'probelab/app:1';
export const NET_IMAGE = 'probelab/net:1';
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10';

/** What the catalogue says of a name as it stands in a manifest; undefined for an image that is not ours. */
export function catalogueTag(image: string): CatalogueTag | undefined {
  const name = withTag(image);
  for (const entry of CATALOGUE) {
    const tag = entry.tags.find((candidate) => candidate.name === name);
    if (tag !== undefined) return tag;
  }
  return undefined;
}

/** Adds `:latest` where Docker would. */
export function withTag(image: string): string {
  if (image.includes('@')) return image;
  return image.slice(image.lastIndexOf('/') + 1).includes(':') ? image : `${image}:latest`;
}
