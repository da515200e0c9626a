import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type EventEntry, type PodEntry, readStory, type Story } from './cluster/story.ts';
import { differencesOf } from './suites/cluster.ts';

/**
 * The suite plays what a real node did and compares. Here one thing that it compares is changed in a recording, as if
 * the node had done something else: the case has to fail and to name what was changed.
 */
interface Change {
  story: string;
  what: string;
  /** Changes the recording in place. */
  make(story: Story): void;
  /** What the difference has to say. */
  named: RegExp;
}

const CHANGES: readonly Change[] = [
  {
    story: '02-http-liveness-crashloop',
    what: 'an event is not there',
    make: ({ events }) => remove(events, eventOf('Unhealthy', 8)),
    named: /^events Pod\/liveness-http: entry \d+/,
  },
  {
    story: '02-http-liveness-crashloop',
    what: 'an event has another count',
    make: ({ events }) => {
      find(events, eventOf('BackOff', 3)).count = 4;
    },
    named: /^events Pod\/liveness-http: [\s\S]*recorded .* x4 /,
  },
  {
    story: '45-osm-seed',
    what: 'a word of a message is another',
    make: ({ events }) => {
      const refused = find(events, ({ message }) => message.endsWith('connect: connection refused'));
      refused.message = refused.message.replace('refused', 'reset');
    },
    named: /^events Pod\/bookstore-v1-\S+: [\s\S]*recorded 5.* reset\n/,
  },
  {
    story: '03-readiness-flapping',
    what: 'a probe had another result',
    make: (story) => {
      const probe = find(midway(story, story.probes), ({ result, pod }) => result === 'success' && pod === 'flap');
      probe.result = 'failure';
    },
    named: /^probes flap \S+ readiness: entry \d+/,
  },
  {
    story: '07-grpc',
    what: 'a gRPC probe had another result',
    make: (story) => {
      find(midway(story, story.probes), ({ pod, result }) => pod === 'grpc' && result === 'failure').result = 'success';
    },
    named: /^probes grpc app \S+: entry \d+/,
  },
  {
    story: '01-exec-liveness',
    what: 'a probe was not made',
    make: (story) => remove(story.probes, ({ t, result }) => t > 20 && result === 'failure'),
    named: /^probes liveness-exec app liveness: entry \d+/,
  },
  {
    story: '05-startup-never',
    what: 'a later probe came half a second late',
    make: (story) => {
      find(midway(story, story.probes), () => true).t += 0.5;
    },
    named: /^probes never-starts app startup: [\s\S]*at another time \(-0\.\d+ s\)/,
  },
  {
    story: '01-exec-liveness',
    what: 'a container had restarted once more',
    make: (story) => {
      for (const { containers } of after(story.pods, 60)) for (const view of containers) view.restarts++;
    },
    named: /^pod liveness-exec: [\s\S]*restarts 2/,
  },
  {
    story: '08-graceful-deletion',
    what: 'a container ended with another code',
    make: ({ pods }) => {
      for (const view of containersOf(pods, 'bye-short')) if (view.exitCode === 137) view.exitCode = 143;
    },
    named: /^pod bye-short: [\s\S]*143/,
  },
  {
    story: '10-two-container-gates',
    what: 'a condition had another reason',
    make: ({ pods }) => {
      const gated = find(pods, ({ conditions }) => conditions['Ready']?.startsWith('False ReadinessGates') === true);
      gated.conditions['Ready'] = gated.conditions['Ready']?.replace('ReadinessGates', 'Containers') ?? '';
    },
    named: /^pod gate: [\s\S]*recorded .* ContainersNotReady: corresponding condition/,
  },
  {
    story: '08-graceful-deletion',
    what: 'a pod went through two states in the other order',
    make: ({ pods }) => {
      const isEnd = ({ pod, deleting, t }: PodEntry) => pod === 'bye-flip' && deleting && t > 8;
      const [first, second] = pods.filter(isEnd).slice(0, 2) as [PodEntry, PodEntry];
      const [at, then] = [pods.indexOf(first), pods.indexOf(second)];
      pods[at] = { ...second, t: first.t };
      pods[then] = { ...first, t: second.t };
    },
    named: /^pod bye-flip: entry \d+/,
  },
  {
    story: '14-rollout-restart',
    what: 'an endpoint was not ready',
    make: ({ endpointslices = [] }) => {
      const write = find(endpointslices, ({ t }) => t > 13);
      const ready = (write.endpoints as { ready: boolean }[]).find((endpoint) => endpoint.ready);
      if (ready !== undefined) ready.ready = false;
    },
    named: /^endpointslices web: entry \d+/,
  },
  {
    story: '14-rollout-restart',
    what: 'an endpoint went on serving no requests while it ended',
    make: ({ endpointslices = [] }) => {
      for (const { endpoints } of endpointslices)
        for (const endpoint of endpoints as { serving: boolean; terminating: boolean }[])
          if (endpoint.terminating) endpoint.serving = false;
    },
    named: /^endpointslices web: [\s\S]*"serving":false,"terminating":true/,
  },
  {
    story: '14-rollout-restart',
    what: 'a Deployment had fewer available replicas',
    make: ({ deployments = [] }) => {
      find(deployments, ({ t }) => t > 12.5).status['availableReplicas'] = 1;
    },
    named: /^deployments web: [\s\S]*availableReplicas=1/,
  },
  {
    story: '45-osm-seed',
    what: 'describe said another word',
    make: ({ texts }) => edit(texts, 'describe-1-17s', 'Reason:       Completed', 'Reason:       Error'),
    named: /^describe-1-17s\.txt bookstore-\S+: line \d+\n +recorded +Reason: Error\n/,
  },
  {
    story: '45-osm-seed',
    what: 'describe counted an event differently',
    make: ({ texts }) => edit(texts, 'describe-each-1-17s', '(x2 over ', '(x3 over '),
    named: /^describe-each-1-17s\.txt events of Pod\/bookstore-\S+: line \d+\n +recorded .*\(x3 over /,
  },
  {
    story: '02-http-liveness-crashloop',
    what: 'get pods -w showed another status',
    make: ({ texts }) => edit(texts, 'pod-watch-table', 'CrashLoopBackOff    3', 'Running             3'),
    named: /^pod-watch-table\.txt liveness-http: entry \d+/,
  },
  {
    story: '14-rollout-restart',
    what: 'describe said another number of a Deployment',
    make: ({ texts }) => edit(texts, 'describe-deployment', '2 updated', '1 updated'),
    named: /^describe-deployment\.txt Deployment web: line \d+/,
  },
  {
    story: '14-rollout-restart',
    what: 'a Service had another type',
    make: ({ texts }) => edit(texts, 'get-1-before', 'service/web   ClusterIP', 'service/web   NodePort '),
    named: /^get-1-before\.txt Service web: line \d+/,
  },
  {
    story: '14-rollout-restart',
    what: 'kubectl events said another number',
    make: ({ texts }) => edit(texts, 'events-cmd', 'from 0 to 2', 'from 0 to 3'),
    named: /^events-cmd\.txt events of Deployment\/web: line \d+/,
  },
  {
    story: '19-rollout-stuck-undo',
    what: 'rollout status ended with another exit code',
    make: ({ texts }) => edit(texts, 'rollout-status-2-stuck', '[exit 1]', '[exit 0]'),
    named: /^rollout-status-2-stuck\.txt web: entry \d+/,
  },
  {
    story: '14-rollout-restart',
    what: 'rollout status said another word',
    make: ({ texts }) => edit(texts, 'rollout-status', 'successfully rolled out', 'successfully rolled back'),
    named: /^rollout-status\.txt web: entry \d+/,
  },
];

describe('the suite cluster fails if a recording says that', () => {
  it.each(CHANGES)('$what ($story)', async ({ story: name, make, named }) => {
    const story = readStory(join(import.meta.dirname, '../golden/cluster', name));
    const before = JSON.stringify([story, [...story.texts]]);
    make(story);
    expect(JSON.stringify([story, [...story.texts]])).not.toBe(before);
    expect(await differencesOf(story)).toContainEqual(expect.stringMatching(named));
  });
});

function eventOf(reason: string, count: number) {
  return (event: EventEntry) => event.reason === reason && event.count === count;
}

function find<T>(entries: readonly T[], wanted: (entry: T) => boolean): T {
  const found = entries.find(wanted);
  if (found === undefined) throw new Error('the recording has no such entry');
  return found;
}

function remove<T>(entries: T[], wanted: (entry: T) => boolean): void {
  entries.splice(entries.indexOf(find(entries, wanted)), 1);
}

function after<T extends { t: number }>(entries: readonly T[], t: number): T[] {
  return entries.filter((entry) => entry.t > t);
}

/** What is away from the beginning, which a run may take as given, and from the end, where something may be cut off. */
function midway<T extends { t: number }>({ duration }: Story, entries: readonly T[]): T[] {
  return entries.filter(({ t }) => t > duration / 3 && t < (duration * 2) / 3);
}

function containersOf(pods: readonly PodEntry[], name: string) {
  return pods.filter(({ pod }) => pod === name).flatMap(({ containers }) => containers);
}

function edit(texts: Map<string, string>, file: string, from: string, to: string): void {
  texts.set(file, (texts.get(file) ?? '').replace(from, to));
}
