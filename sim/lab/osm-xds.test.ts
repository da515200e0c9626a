import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { PODS, type Pod } from '../kube/objects.ts';
import type { NewObject } from '../kube/store.ts';
import { createLab, type Lab } from '../lab.ts';
import type { MeshConfigSpec } from '../mesh/osm/mesh-config.ts';
import type { ClientOutcome } from '../programs/host.ts';

const MANIFESTS = '../../scenarios/osm/traffic/manifests';
function manifest(name: string): NewObject[] {
  const text = readFileSync(new URL(`${MANIFESTS}/${name}.yaml`, import.meta.url), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as NewObject);
}

const PERMISSIVE: MeshConfigSpec = { traffic: { enablePermissiveTrafficPolicyMode: true } };

/** bookbuyer and bookstore in the mesh, osm-controller beside them, 10s later. */
async function bookshop(spec: MeshConfigSpec, ...more: NewObject[]): Promise<Lab> {
  const lab = await createLab({ mesh: { osm: { meshConfig: { spec } } } });
  lab.start();
  lab.apply([...manifest('osm-controller'), ...manifest('bookstore'), ...more]);
  await lab.advance(10_000);
  return lab;
}

const podOf = (lab: Lab, name: string): Pod => {
  const pod = lab.store.list(PODS).find(({ metadata }) => metadata.name === name);
  if (pod === undefined) throw new Error(`no pod ${name}`);
  return pod;
};

/** What a request of bookbuyer's app (or another's) gets: a status, or the cause of a failure. */
async function ask(
  lab: Lab,
  path = '/books',
  from = 'bookbuyer',
  host = 'bookstore.bookstore',
): Promise<number | string> {
  let outcome: ClientOutcome | undefined;
  const request = { scheme: 'http', method: 'GET', host, port: 14001, target: path, timeoutMs: 1000 } as const;
  const command = { podUID: podOf(lab, from).metadata.uid, container: from, request };
  lab.runtime.requestFrom?.(command, (answer) => {
    outcome = answer;
  });
  await lab.advance(1100);
  if (outcome === undefined) return 'no answer';
  return outcome.kind === 'response' ? outcome.status : outcome.cause;
}

const steer = (lab: Lab, pod: string, container: string, patch: object) =>
  lab.runtime.steer({ target: 'app', podUID: podOf(lab, pod).metadata.uid, container, patch: { ...patch } });
const killEnvoy = async (lab: Lab, pod: string) => {
  lab.runtime.steer({ target: 'envoy', podUID: podOf(lab, pod).metadata.uid, patch: { kill: true } });
  await lab.advance(6000);
};
const ads = (lab: Lab, listening: boolean) =>
  steer(lab, 'osm-controller', 'osm-controller', { server: 15_128, listening });

const TARGET: NewObject = {
  apiVersion: 'access.smi-spec.io/v1alpha3',
  kind: 'TrafficTarget',
  metadata: { name: 'books', namespace: 'bookstore' },
  spec: {
    destination: { kind: 'ServiceAccount', name: 'bookstore', namespace: 'bookstore' },
    sources: [{ kind: 'ServiceAccount', name: 'bookbuyer', namespace: 'bookbuyer' }],
    rules: [{ kind: 'HTTPRouteGroup', name: 'routes', matches: ['books'] }],
  },
};
const GROUP: NewObject = {
  apiVersion: 'specs.smi-spec.io/v1alpha4',
  kind: 'HTTPRouteGroup',
  metadata: { name: 'routes', namespace: 'bookstore' },
  spec: { matches: [{ name: 'books', pathRegex: '/books' }] },
};

describe('traffic between meshed pods', () => {
  it('passes both proxies, and no one else gets in', async () => {
    const outsider: NewObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'outsider', namespace: 'default' },
      spec: { containers: [{ name: 'outsider', image: 'openservicemesh/bookbuyer:v1.1.4', command: ['/bookbuyer'] }] },
    };
    const lab = await bookshop(PERMISSIVE, outsider);
    expect(await ask(lab)).toBe(200);
    expect(await ask(lab, '/books', 'outsider')).toBe('reset');
    const passed = lab.history.facts.flatMap((fact) =>
      fact.kind === 'log' && fact.container === 'envoy' && fact.line.includes('"/books"')
        ? [JSON.parse(fact.line).upstream_cluster]
        : [],
    );
    expect(passed).toEqual(['bookstore/bookstore|14001|local', 'bookstore/bookstore|14001']);
  });

  it('finds no upstream once the service has no ready endpoint, and says so', async () => {
    const lab = await bookshop(PERMISSIVE);
    steer(lab, 'bookstore', 'bookstore', { listening: false });
    await lab.advance(12_000);
    expect(await ask(lab)).toBe(503);
    steer(lab, 'bookstore', 'bookstore', { listening: true });
    await lab.advance(10_000);
    expect(await ask(lab)).toBe(200);
  });

  it('without permission ends at a port where nobody listens; with it two seconds later on', async () => {
    const lab = await bookshop({});
    expect(await ask(lab)).toBe('refused');
    lab.apply([GROUP, TARGET]);
    expect(await ask(lab)).toBe('refused');
    await lab.advance(1500);
    expect(await ask(lab)).toBe(200);
    expect(await ask(lab, '/admin')).toBe(404);
    lab.store.delete(
      { apiVersion: TARGET.apiVersion, kind: TARGET.kind, plural: 'traffictargets', namespaced: true },
      'bookstore',
      'books',
    );
    await lab.advance(3000);
    expect(await ask(lab)).toBe('refused');
  });

  it('is allowed route by route: 403 for who may use another one only', async () => {
    const lab = await bookshop({}, ...manifest('bookthief'));
    const other = { ...TARGET, metadata: { name: 'thieves', namespace: 'bookstore' } };
    const sources = [{ kind: 'ServiceAccount', name: 'bookthief', namespace: 'bookthief' }];
    const rules = [{ kind: 'HTTPRouteGroup', name: 'routes', matches: ['steal'] }];
    const matches = [...(GROUP.spec?.matches ?? []), { name: 'steal', pathRegex: '/steal' }];
    lab.apply([{ ...GROUP, spec: { matches } }, TARGET, { ...other, spec: { ...TARGET.spec, sources, rules } }]);
    await lab.advance(3000);
    expect(await ask(lab, '/steal', 'bookthief')).toBe(200);
    expect(await ask(lab, '/books', 'bookthief')).toBe(403);
    expect(await ask(lab, '/books')).toBe(200);
    expect(await ask(lab, '/steal')).toBe(403);
  });

  it('is split among backends by their weights', async () => {
    const [, service, pod] = manifest('bookstore') as [NewObject, NewObject, NewObject];
    const backend = (version: string): NewObject[] => {
      const name = `bookstore-${version}`;
      const labels = { app: name };
      return [
        { ...service, metadata: { ...service.metadata, name }, spec: { ...service.spec, selector: labels } },
        { ...pod, metadata: { ...pod.metadata, name, labels } },
      ];
    };
    const split: NewObject = {
      apiVersion: 'split.smi-spec.io/v1alpha2',
      kind: 'TrafficSplit',
      metadata: { name: 'split', namespace: 'bookstore' },
      spec: {
        service: 'bookstore.bookstore',
        backends: [
          { service: 'bookstore-v1', weight: 80 },
          { service: 'bookstore-v2', weight: 20 },
        ],
      },
    };
    const lab = await bookshop(PERMISSIVE, ...backend('v1'), ...backend('v2'), split);
    await lab.advance(5000);
    for (let i = 0; i < 50; i++) expect(await ask(lab)).toBe(200);
    const hits = (pod: string) =>
      lab.history.facts.filter(
        (fact) =>
          fact.kind === 'log' && fact.pod.name === pod && fact.container === 'envoy' && fact.line.includes('"/books"'),
      ).length;
    expect(hits('bookstore-v1') + hits('bookstore-v2')).toBe(50);
    expect(hits('bookstore-v1')).toBeGreaterThan(30);
    expect(hits('bookstore-v2')).toBeGreaterThan(3);
  });

  it('is let out to wherever it wants only if the mesh allows egress', async () => {
    const elsewhere = manifest('bookstore')
      .filter(({ kind }) => kind !== 'Namespace')
      .map((object) => ({
        ...object,
        metadata: { ...object.metadata, namespace: 'outside', name: 'other' },
      }));
    const [, pod] = elsewhere as [NewObject, NewObject];
    const free = await bookshop({ traffic: { enableEgress: true } }, pod);
    expect(await ask(free, '/', 'bookbuyer', podOf(free, 'other').status.podIP)).toBe(200);
    const closed = await bookshop({}, pod);
    expect(await ask(closed, '/', 'bookbuyer', podOf(closed, 'other').status.podIP)).toBe('refused');
  });
});

describe('osm-controller and the proxies', () => {
  it('keep what they have while ADS is away, and catch up when it is back', async () => {
    const lab = await bookshop({});
    ads(lab, false);
    await lab.advance(1000);
    lab.apply([GROUP, TARGET]);
    await lab.advance(5000);
    expect(await ask(lab)).toBe('refused');
    ads(lab, true);
    await lab.advance(31_000);
    expect(await ask(lab)).toBe(200);
  });

  it('find each other again when osm-controller was restarted', async () => {
    const lab = await bookshop({});
    steer(lab, 'osm-controller', 'osm-controller', { exit: 1, instanceOnly: true });
    await lab.advance(40_000);
    lab.apply([GROUP, TARGET]);
    await lab.advance(5000);
    expect(await ask(lab)).toBe(200);
  });

  it('renew certificates before they end, as long as they can talk', async () => {
    const lab = await bookshop({ ...PERMISSIVE, certificate: { serviceCertValidityDuration: '45s' } });
    await lab.advance(60_000);
    await killEnvoy(lab, 'bookstore');
    expect(await ask(lab)).toBe(200);
    ads(lab, false);
    await lab.advance(60_000);
    // The connection of before.
    expect(await ask(lab)).toBe(200);
    // Whoever has to connect anew has a certificate that has ended.
    await killEnvoy(lab, 'bookbuyer');
    await lab.advance(31_000);
    expect(await ask(lab)).not.toBe(200);
  });

  it('are not asked for where the lab has no osm-controller', async () => {
    const lab = await createLab({ mesh: { osm: { meshConfig: { spec: PERMISSIVE } } } });
    lab.start();
    lab.apply(manifest('bookstore'));
    await lab.advance(10_000);
    // No mutual TLS without certificates: the proxy passes on what comes, and bookstore's lets it not in.
    expect(await ask(lab)).not.toBe(200);
    expect(podOf(lab, 'bookstore').status.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
  });
});

describe('the MeshConfig of a lab', () => {
  it.each(['v1alpha1', 'v1alpha2'])('as an object in %s decides, and so does a patch of it', async (version) => {
    const lab = await createLab({ mesh: { osm: {} } });
    const name = 'osm-mesh-config';
    const object = {
      apiVersion: `config.openservicemesh.io/${version}`,
      kind: 'MeshConfig',
      namespace: 'osm-system',
      name,
    };
    lab.start();
    lab.apply([
      ...manifest('osm-controller'),
      ...manifest('bookstore'),
      {
        apiVersion: object.apiVersion,
        kind: object.kind,
        metadata: { name, namespace: 'osm-system' },
        spec: PERMISSIVE,
      } as NewObject,
    ]);
    await lab.advance(10_000);
    expect(await ask(lab)).toBe(200);
    lab.api.patch(object, { spec: { traffic: { enablePermissiveTrafficPolicyMode: false } } });
    await lab.advance(5000);
    expect(await ask(lab)).toBe('refused');
  });
});
