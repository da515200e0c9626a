import { basename } from 'node:path';
import type { EnvoyBootstrap, EnvoyFilterChain } from '../../../sim/mesh/osm/envoy-objects.ts';
import type { MeshConfigSpec } from '../../../sim/mesh/osm/mesh-config.ts';
import { OSM_VERSIONS, type OsmVersion } from '../../../sim/mesh/osm/profiles.ts';

/** A line of inject-*.jsonl: what the webhook was asked, and what it answered and did. */
export interface InjectCase {
  name: string;
  pod: Record<string, unknown> | null;
  /** The object's JSON, where it is not `pod`: text, or a value. */
  rawObject: unknown;
  namespace: string;
  namespaceAnnotations: Record<string, string> | null;
  namespaceMissing: boolean;
  monitored: boolean;
  dryRun: boolean;
  imagesConfigured: boolean;
  meshConfigSpec: MeshConfigSpec | null;
  allowed: boolean;
  result?: { message?: string };
  mutated?: unknown;
  secretName?: string;
  secretLabels?: Record<string, string>;
  secretKeys?: string[];
  sdsFiles?: string[];
  bootstrap?: EnvoyBootstrap;
  bootstrapYAML?: string;
}

/** The release a file was recorded from: its name says so, else the shape of its bootstraps does. */
export function releaseOf(file: string, cases: readonly InjectCase[]): OsmVersion {
  const named = /(?:^|[-_.])v?(1\.0|1\.1|1\.2|main)(?=[-_.]|$)/.exec(basename(file))?.[1];
  const version = OSM_VERSIONS.find((candidate) => candidate === named);
  if (version !== undefined) return version;
  const bootstrap = cases.find((item) => item.bootstrap !== undefined)?.bootstrap;
  const text = JSON.stringify(bootstrap ?? {});
  if (!(bootstrap?.node?.id ?? '.').includes('.')) return 'main';
  if (text.includes('tls_certificate_sds_secret_configs')) return '1.2';
  return text.includes('tls_minimum_protocol_version') ? '1.0' : '1.1';
}

/**
 * `main` keeps probes in a Go map: clusters and routes come in any order, and which of several HTTPS probes of a type
 * gets the one filter chain is chance. Here: sorted, and that chain's cluster replaced by the names it is drawn from.
 */
export function asSets(bootstrap: EnvoyBootstrap, pod: Record<string, unknown> | null): EnvoyBootstrap {
  const copy = structuredClone(bootstrap);
  const lots = httpsClusters(pod);
  copy.static_resources.clusters.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const listener of copy.static_resources.listeners ?? []) {
    for (const chain of listener.filter_chains ?? []) sortChain(chain, lots);
  }
  return copy;
}

function sortChain(chain: EnvoyFilterChain, lots: readonly string[][]): void {
  for (const filter of chain.filters) {
    const config = filter.typed_config as
      | { cluster?: string; route_config?: { virtual_hosts: { routes: { match: { prefix: string } }[] }[] } }
      | undefined;
    for (const host of config?.route_config?.virtual_hosts ?? []) {
      host.routes.sort((a, b) => (a.match.prefix < b.match.prefix ? -1 : 1));
    }
    const lot = lots.find((names) => names.includes(config?.cluster ?? ''));
    if (config?.cluster !== undefined && lot !== undefined && lot.length > 1) config.cluster = lot.join('|');
  }
}

/** Cluster names of the HTTPS probes, by probe type. */
function httpsClusters(pod: Record<string, unknown> | null): string[][] {
  const spec = pod?.spec as { containers?: Record<string, unknown>[] } | undefined;
  return ['liveness', 'readiness', 'startup'].map((type) =>
    (spec?.containers ?? [])
      .filter((container) => {
        const probe = container[`${type}Probe`] as { httpGet?: { scheme?: string } } | undefined;
        return !['', 'HTTP'].includes(probe?.httpGet?.scheme ?? '');
      })
      .map((container) => `${String(container.name)}_${type}_cluster`),
  );
}
