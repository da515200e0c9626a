import { describe, expect, it } from 'vitest';
import { readGolden } from '../../../test/conformance/golden.ts';
import { ageMs } from '../../../test/kubectl/describe-lines.ts';
import type { Deployment, EndpointSlice, Event, KubeObject, ReplicaSet, Service } from '../../kube/objects.ts';
import { eventsCommandTable, eventTable } from './event-tables.ts';
import { getText, select } from './get.ts';
import { endpointSliceTable, serviceTable } from './service-tables.ts';
import { printTable } from './table.ts';
import { deploymentTable, replicaSetTable } from './workload-tables.ts';

const ROOT = 'test/golden/cluster';
const NOW = Date.UTC(2026, 10, 21, 12);
const created = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const meta = (name: string, seconds: number) => ({
  name,
  namespace: 's42',
  uid: '',
  resourceVersion: '',
  creationTimestamp: created(seconds),
});

/** The table in a recorded text whose header begins so, without the `kind/` before the names. */
function recordedTable(file: string, header: RegExp): string {
  const tables = readGolden(`${ROOT}/${file}`)
    .replace(/^#.*\n/, '')
    .trimEnd()
    .split('\n\n');
  const table = tables.find((text) => header.test(text));
  if (table === undefined) throw new Error(`no table ${header} in ${file}`);
  return `${table}\n`;
}

describe('get tables', () => {
  it('prints endpoint slices', () => {
    const names = (ips: string[]) => ips.map((ip) => ({ addresses: [ip] }));
    const slices = [
      ['all-jnshr', ['10.244.0.9', '10.244.0.13', '10.244.0.10', '10.244.0.11', '10.244.0.12']],
      ['blue-dgprs', ['10.244.0.9', '10.244.0.10']],
      ['gated-86t9m', ['10.244.0.14', '10.244.0.15']],
      ['pub-hs65n', ['10.244.0.9', '10.244.0.13', '10.244.0.10', '10.244.0.11', '10.244.0.12']],
    ] as const;
    const objects = slices.map(([name, ips]) => ({
      metadata: meta(`endpointslice.discovery.k8s.io/${name}`, 31),
      addressType: 'IPv4',
      ports: [{ port: 8080, name: '' }],
      endpoints: names([...ips]),
    })) as unknown as EndpointSlice[];
    expect(printTable(endpointSliceTable(objects, { now: NOW }))).toBe(
      recordedTable('42-gates-rollout-services/get-5-rollout.txt', /ADDRESSTYPE/),
    );
  });

  it('prints services', () => {
    const services = [
      ['all', '10.96.91.241'],
      ['blue', '10.96.220.206'],
      ['gated', '10.96.153.181'],
      ['pub', '10.96.92.54'],
    ].map(([name, clusterIP]) => ({
      metadata: meta(`service/${name}`, 31),
      spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ports: [{ port: 80, protocol: 'TCP' }] },
    })) as unknown as Service[];
    expect(printTable(serviceTable(services, { now: NOW }))).toBe(
      recordedTable('42-gates-rollout-services/get-5-rollout.txt', /CLUSTER-IP/),
    );
  });

  it('prints deployments and replica sets', () => {
    const spec = (replicas: number, labels: Record<string, string>) => ({
      replicas,
      selector: { matchLabels: labels },
      template: { spec: { containers: [{ name: 'app', image: 'registry.local/probeapp:2' }] } },
    });
    const file = '42-gates-rollout-services/get-deployment-5-rollout.txt';
    const deployment = {
      metadata: meta('deployment.apps/gated', 31),
      spec: spec(2, { app: 'gated' }),
      status: { readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2, replicas: 2 },
    } as unknown as Deployment;
    const set = (hash: string, replicas: number, seconds: number) =>
      ({
        metadata: meta(`replicaset.apps/gated-${hash}`, seconds),
        spec: spec(replicas, { app: 'gated', 'pod-template-hash': hash }),
        status: { replicas, readyReplicas: replicas },
      }) as unknown as ReplicaSet;
    expect(printTable(deploymentTable([deployment], { now: NOW, wide: true }))).toBe(recordedTable(file, /UP-TO-DATE/));
    expect(
      printTable(replicaSetTable([set('5478f78588', 0, 31), set('76c97fccb6', 2, 17)], { now: NOW, wide: true })),
    ).toBe(recordedTable(file, /DESIRED/));
  });

  it('cuts a cell at its first line break and disarms escapes', () => {
    const text = printTable({ headers: ['NAME', 'MESSAGE'], rows: [['a', 'red \u001b[31m\nmore']] });
    expect(text).toBe('NAME   MESSAGE\na      red ^[[31m...\n');
  });
});

describe('event tables', () => {
  it('prints kubectl get events', () => {
    const recorded = recordedTable('45-osm-seed/getevents-2-32s.txt', /LAST SEEN/);
    const rows = recorded.trimEnd().split('\n').slice(1);
    const events = rows.map((row, index) => {
      const [seen = '', type, reason, object = '', message] = row.split(/ {2,}/);
      return event({ index, seen: ageMs(seen), type, reason, object, message });
    });
    expect(printTable(eventTable(events, { now: NOW }))).toBe(recorded);
  });

  it('prints kubectl events', () => {
    const recorded = recordedTable('45-osm-seed/events-2-32s.txt', /LAST SEEN/);
    const rows = recorded.trimEnd().split('\n').slice(1);
    const events = rows.map((row, index) => {
      const [seen = '', type, reason, object = '', message] = row.split(/ {2,}/);
      const counted = /^(\S+) \(x(\d+) over (\S+)\)$/.exec(seen);
      return event({
        index,
        seen: ageMs(counted?.[1] ?? seen),
        first: ageMs(counted?.[3] ?? seen),
        count: Number(counted?.[2] ?? 1),
        type,
        reason,
        object,
        message,
      });
    });
    expect(printTable(eventsCommandTable(events, { now: NOW }))).toBe(recorded);
  });

  it('names who reported an event of the newer API, which has no source', () => {
    const scheduled = {
      ...event({ index: 0, seen: 3000, type: 'Normal', reason: 'Scheduled', object: 'Pod/web', message: 'Assigned' }),
      source: {},
      reportingComponent: 'default-scheduler',
      reportingInstance: 'default-scheduler-node',
    } as unknown as Event;
    expect(printTable(eventTable([scheduled], { now: NOW, wide: true }), { noHeaders: true })).toContain(
      ' default-scheduler, default-scheduler-node ',
    );
  });

  it('prints a message of several lines whole in kubectl events, cut in kubectl get events', () => {
    const message = 'Readiness probe failed: out1\n\u001b[31mout2\n';
    const events = [
      event({ index: 0, seen: ageMs('3s'), type: 'Warning', reason: 'Unhealthy', object: 'Pod/both', message }),
    ];
    expect(printTable(eventsCommandTable(events, { now: NOW }), { noHeaders: true })).toBe(
      '3s    Warning   Unhealthy   Pod/both   Readiness probe failed: out1\n^[[31mout2\n',
    );
    expect(printTable(eventTable(events, { now: NOW }), { noHeaders: true })).toBe(
      '3s    Warning   Unhealthy   pod/both   Readiness probe failed: out1...\n',
    );
  });
});

function event(row: {
  index: number;
  seen: number;
  first?: number;
  count?: number;
  type: string | undefined;
  reason: string | undefined;
  object: string;
  message: string | undefined;
}): Event {
  const [kind = '', name = ''] = row.object.split('/');
  return {
    metadata: { name: `e${String(row.index).padStart(4, '0')}`, namespace: 's' },
    involvedObject: { kind, name },
    type: row.type,
    reason: row.reason,
    message: row.message,
    source: { component: 'kubelet' },
    firstTimestamp: created((row.first ?? row.seen) / 1000),
    lastTimestamp: created(row.seen / 1000),
    eventTime: null,
    count: row.count ?? 1,
  } as unknown as Event;
}

describe('what installs a mesh', () => {
  const object = (kind: string, name: string, more: object = {}): KubeObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { ...meta(name, 4860), labels: { app: 'osm-controller' } },
    ...more,
  });
  const definition = object('CustomResourceDefinition', 'meshconfigs.config.openservicemesh.io', {
    spec: {
      group: 'config.openservicemesh.io',
      names: { kind: 'MeshConfig', plural: 'meshconfigs', singular: 'meshconfig', shortNames: ['mc'] },
    },
  });
  const objects = [
    object('ValidatingWebhookConfiguration', 'aks-osm-validator-mesh-osm', { webhooks: [{}] }),
    definition,
    object('MeshConfig', 'osm-mesh-config'),
  ];
  const get = (...words: string[]) =>
    getText(select({ objects, events: [] }, { words, selector: 'app=osm-controller' }), { now: NOW });

  it('is listed with the number of its webhooks', () => {
    expect(get('ValidatingWebhookConfiguration')).toBe(
      'NAME                         WEBHOOKS   AGE\naks-osm-validator-mesh-osm   1          81m\n',
    );
    expect(get('mutatingwebhookconfigurations.admissionregistration.k8s.io')).toBe('');
  });

  it('is listed with the moment of a definition', () => {
    expect(get('crds')).toBe(
      `NAME                                    CREATED AT\nmeshconfigs.config.openservicemesh.io   ${created(4860)}\n`,
    );
  });

  it.each(['meshconfig', 'meshconfigs', 'mc', 'meshconfigs.config.openservicemesh.io'])(
    'is known as %s by its definition',
    (name) => {
      expect(get(name)).toBe('NAME              AGE\nosm-mesh-config   81m\n');
    },
  );
});
