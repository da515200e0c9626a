import type { KubeObject } from '../../../sim/kube/objects.ts';
import { describeDeployment, describeReplicaSet } from '../../../sim/report/kubectl/describe-deployment.ts';
import { describeEndpointSlice, describeService } from '../../../sim/report/kubectl/describe-service.ts';
import { endpointSliceTable, serviceTable } from '../../../sim/report/kubectl/service-tables.ts';
import { printTable, type Table } from '../../../sim/report/kubectl/table.ts';
import { deploymentTable, replicaSetTable } from '../../../sim/report/kubectl/workload-tables.ts';
import { changes, endpointsText, workloadText } from './compare.ts';
import type { Names } from './names.ts';
import type { Observed } from './recorder.ts';
import type { Story } from './story.ts';
import { ASKED_WITHIN_S, comparable, firstDifference, firstIfAll, snapshotTexts } from './text-lines.ts';
import type { World } from './world.ts';

/** Enough moments of a transition to meet the one that kubectl saw of all objects that a text shows together. */
const MOMENTS = 60;
/** The name of a service without that of its slice. */
const SLICE_SUFFIX = /-[a-z0-9]{5}$/;

export interface ObjectTextInput {
  story: Story;
  observed: Observed;
  names: Names;
  world: World;
  epochMs: number;
}

type Kind = 'Service' | 'EndpointSlice' | 'Deployment' | 'ReplicaSet';

/** What one text says of one object. */
interface Block {
  kind: Kind;
  /** Its recorded name; of a slice its service's. */
  name: string;
  lines: string[];
  form: 'described' | 'listed';
}

/**
 * Compares kubectl's texts about services, slices, Deployments and ReplicaSets, each at the transition that it had
 * reached. Says what differs, one entry for each object and text.
 */
export function compareObjectTexts(input: ObjectTextInput): string[] {
  return snapshotTexts(input.story).flatMap(({ file, body, at }) => {
    const blocks = /^describe-(?:svc|deployment)/.test(file)
      ? body.split(/^(?=Name: )/m).flatMap(describedBlock)
      : /^get-/.test(file)
        ? body.split('\n').flatMap(listedBlock)
        : [];
    return blocks.flatMap((block) => {
      const difference = firstIfAll(at.map((time) => compareBlock(input, block, time)));
      return difference === undefined ? [] : [`${file}.txt ${block.kind} ${block.name}: ${difference}`];
    });
  });
}

function describedBlock(text: string): Block[] {
  const name = /^Name: +(\S+)/.exec(text)?.[1];
  const lines = (text.split(/^Events:/m)[0] ?? '').trimEnd().split('\n');
  if (name === undefined) return [];
  const has = (field: string) => lines.some((line) => line.startsWith(`${field}:`));
  if (has('AddressType'))
    return [{ kind: 'EndpointSlice', name: name.replace(SLICE_SUFFIX, ''), lines, form: 'described' }];
  const kind = has('StrategyType')
    ? 'Deployment'
    : has('Pods Status')
      ? 'ReplicaSet'
      : has('Session Affinity')
        ? 'Service'
        : undefined;
  return kind === undefined ? [] : [{ kind, name, lines, form: 'described' }];
}

const PREFIXES: Record<string, Kind> = {
  service: 'Service',
  'endpointslice.discovery.k8s.io': 'EndpointSlice',
  'deployment.apps': 'Deployment',
  'replicaset.apps': 'ReplicaSet',
};

function listedBlock(row: string): Block[] {
  const [, prefix = '', full = ''] = /^([a-z0-9.]+)\/(\S+) /.exec(row) ?? [];
  const kind = PREFIXES[prefix];
  if (kind === undefined) return [];
  const name = kind === 'EndpointSlice' ? full.replace(SLICE_SUFFIX, '') : full;
  return [{ kind, name, lines: [row.slice(prefix.length + 1)], form: 'listed' }];
}

function compareBlock(input: ObjectTextInput, block: Block, at: number): string | undefined {
  const now = input.epochMs + at * 1000;
  const expected = comparable(inOrder(block.lines)).map(maskObject);
  let first: string | undefined;
  for (const moment of input.world.moments(spanOf(input, block, at), at, MOMENTS)) {
    for (const text of renders(input, block, moment, now)) {
      const lines = text.map((line) => input.names.inText(line));
      const difference = firstDifference(expected, comparable(inOrder(lines)).map(maskObject));
      if (difference === undefined) return undefined;
      first ??= difference;
    }
  }
  return first ?? 'the run has no such object then';
}

/** From when to when the run was at the transition that the recording had reached. */
function spanOf({ story, observed }: ObjectTextInput, { kind, name }: Block, at: number): { from: number; to: number } {
  const times = (source: Observed | Story): number[] => {
    if (kind === 'Deployment' || kind === 'ReplicaSet') {
      const all = changes(source[kind === 'Deployment' ? 'deployments' : 'replicasets'] ?? [], workloadText);
      return all.filter((entry) => entry.name === name).map(({ t }) => t);
    }
    const all = changes(source.endpointslices ?? [], endpointsText);
    return all.filter(({ service }) => service === name).map(({ t }) => t);
  };
  const [recorded, played] = [times(story), times(observed)];
  const least = recorded.filter((t) => t <= at).length;
  const most = recorded.filter((t) => t <= at + ASKED_WITHIN_S).length;
  // An object that has no transitions is as it is.
  if (recorded.length === 0) return { from: at, to: at + ASKED_WITHIN_S };
  const from = played[Math.max(1, least) - 1] ?? at;
  return {
    from,
    to: Math.max(from, Math.min(played[most] ?? at + ASKED_WITHIN_S, Math.max(from, at) + ASKED_WITHIN_S)),
  };
}

/** What kubectl would show of the object at a moment; of several slices of a service each. */
function renders({ world, names }: ObjectTextInput, { kind, name, form }: Block, t: number, now: number): string[][] {
  const listed = (table: Table) => [printTable(table, { noHeaders: true }).trimEnd().split('\n')];
  const described = (text: string) => [(text.split(/^Events:/m)[0] ?? '').trimEnd().split('\n')];
  const wide = { now, wide: true };
  const slices = world.at('EndpointSlice', t).filter(({ metadata }) => serviceOf(metadata) === name);
  switch (kind) {
    case 'Service':
      return world
        .at('Service', t)
        .filter(({ metadata }) => metadata.name === name)
        .flatMap((service) => {
          if (form === 'listed') return listed(serviceTable([service], { now }));
          // Slices come in the order of their names, which end at random.
          return orders(slices).flatMap((ordered) => described(describeService(service, ordered, [], now)));
        });
    case 'EndpointSlice':
      return slices.flatMap((slice) => {
        return form === 'listed'
          ? listed(endpointSliceTable([slice], { now }))
          : described(describeEndpointSlice(slice, [], now));
      });
    case 'Deployment':
      return world
        .at('Deployment', t)
        .filter(({ metadata }) => metadata.name === name)
        .flatMap((deployment) => {
          if (form === 'listed') return listed(deploymentTable([deployment], wide));
          const sets = world.at('ReplicaSet', t).filter((set) => ownedBy(set, deployment.metadata.uid));
          return described(describeDeployment(deployment, sets, [], now));
        });
    case 'ReplicaSet':
      return world
        .at('ReplicaSet', t)
        .filter(({ metadata }) => names.recordedSet(metadata.name) === name)
        .flatMap((set) => {
          if (form === 'listed') return listed(replicaSetTable([set], wide));
          const pods = world.at('Pod', t).filter((pod) => ownedBy(pod, set.metadata.uid));
          return described(describeReplicaSet(set, pods, [], now));
        });
  }
}

/** Each of the slices first, and what follows either way. */
function orders<T>(items: readonly T[]): T[][] {
  const turned = items.map((_, i) => [...items.slice(i), ...items.slice(0, i)]);
  return items.length === 0 ? [[]] : turned.flatMap((order) => [order, [order[0] as T, ...order.slice(1).reverse()]]);
}

function serviceOf(metadata: KubeObject['metadata']): string | undefined {
  return metadata.labels?.['kubernetes.io/service-name'];
}

function ownedBy(object: { metadata: KubeObject['metadata'] }, uid: string): boolean {
  return object.metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) === true;
}

/** A slice has its endpoints in the order of a Go map. */
function inOrder(lines: readonly string[]): string[] {
  const begin = lines.findIndex((line) => line.startsWith('  - Addresses:'));
  if (begin < 0) return [...lines];
  const entries = lines
    .slice(begin)
    .join('\n')
    .split(/^(?= {2}- Addresses:)/m);
  const key = (entry: string) => /TargetRef: +(\S+)/.exec(entry)?.[1] ?? entry;
  entries.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return [...lines.slice(0, begin), ...entries.flatMap((entry) => entry.trimEnd().split('\n'))];
}

/** Names, addresses and hashes that were drawn, and times. */
function maskObject(line: string): string {
  return (
    line
      .replace(/\b10\.\d+\.\d+\.\d+\b/g, '<ip>')
      .replace(/^(Name: )(\S+)-[a-z0-9]{5}$/, '$1$2-<random>')
      .replace(/^(\S+)-[a-z0-9]{5}( IPv4 )/, '$1-<random>$2')
      .replace(/^(CreationTimestamp:) .*$/, '$1 <time>')
      // Nobody sees whether the controller came once more without news, which takes the time away.
      .replace(/^(Annotations: )endpoints\.kubernetes\.io\/last-change-trigger-time: <time>$/, '$1<none>')
  );
}
