import type { ContainerFact, ProbeFact, StampedFact } from '../kube/fact.ts';
import type { Event, KubeObject, Pod } from '../kube/objects.ts';
import { EndpointWatcher } from './endpoint-changes.ts';
import { podSummary } from './kubectl/pod-status.ts';

/** One line of a run's story. */
export interface StoryLine {
  /** Run time in ms. */
  at: number;
  level: 'error' | 'warn' | 'info' | 'debug' | 'trace';
  /** `pod/web-1`, `service/web`, `step`. */
  subject: string;
  text: string;
}

/**
 * Turns facts into the lines of a live log. It remembers what it told last, so that a status that did not change is
 * not told again. `epochMs`: calendar time of t = 0.
 */
export class Story {
  readonly #epochMs: number;
  readonly #endpoints = new EndpointWatcher();
  readonly #pods = new Map<string, string>();

  constructor(epochMs: number) {
    this.#epochMs = epochMs;
  }

  /** The lines that a fact is worth; most facts have none or one. */
  tell(fact: StampedFact): StoryLine[] {
    const line = (level: StoryLine['level'], subject: string, text: string): StoryLine[] => [
      { at: fact.at, level, subject, text },
    ];
    switch (fact.kind) {
      case 'object':
        return fact.object.kind === 'EndpointSlice' ? this.#slice(fact) : this.#object(fact.object, fact.op, fact.at);
      case 'step':
        return line('info', 'step', fact.text);
      case 'notice':
        return line(fact.level === 'warning' ? 'warn' : fact.level, 'probelab', `${fact.message} [${fact.code}]`);
      case 'container':
        return line(containerLevel(fact), `pod/${fact.pod.name}`, containerText(fact));
      case 'mesh':
        return line('info', fact.pod === undefined ? fact.mesh : `pod/${fact.pod.name}`, `${fact.mesh}: ${fact.text}`);
      case 'request':
        return line('debug', fact.client, `${fact.target} → ${fact.status ?? fact.error ?? ''}`);
      case 'probe':
        return line('debug', `pod/${fact.pod.name}`, probeText(fact));
      case 'result': {
        const text = `container ${fact.container}: ${fact.probe} is ${fact.result}`;
        return line('debug', `pod/${fact.pod.name}`, text);
      }
      case 'log':
        return line('debug', `pod/${fact.pod.name}`, `${fact.container} | ${fact.line}`);
      case 'worker':
        return line('trace', `pod/${fact.pod.name}`, `${fact.probe} worker of ${fact.container} ${fact.op}`);
      case 'sync':
        return line('trace', `pod/${fact.pod.name}`, `sync (${fact.type})`);
      default:
        return [];
    }
  }

  #object(object: KubeObject, op: string, at: number): StoryLine[] {
    if (object.kind === 'Event') return op === 'DELETED' ? [] : [eventLine(object as unknown as Event, at)];
    if (object.kind === 'Pod') return this.#pod(object as unknown as Pod, op, at);
    const subject = `${object.kind.toLowerCase()}/${object.metadata.name}`;
    if (op === 'MODIFIED') return [{ at, level: 'trace', subject, text: 'changed' }];
    return [{ at, level: 'debug', subject, text: op === 'ADDED' ? 'created' : 'deleted' }];
  }

  #pod(pod: Pod, op: string, at: number): StoryLine[] {
    const subject = `pod/${pod.metadata.name}`;
    const { uid } = pod.metadata;
    if (op === 'DELETED') {
      this.#pods.delete(uid);
      return [{ at, level: 'info', subject, text: 'deleted' }];
    }
    const { ready, status, restarts } = podSummary(pod, this.#epochMs + at);
    const count = Number.parseInt(restarts, 10);
    const text = `${ready} ${status}${count > 0 ? `, ${count} restart${count === 1 ? '' : 's'}` : ''}`;
    const before = this.#pods.get(uid);
    if (before === text) return [];
    this.#pods.set(uid, text);
    return [{ at, level: 'info', subject, text: before === undefined ? `created, ${text}` : text }];
  }

  #slice(fact: StampedFact): StoryLine[] {
    return this.#endpoints.see(fact).map((change) => {
      const state = change.ready ? 'ready' : change.serving ? 'not ready, serving' : 'not ready';
      const what = change.change === 'removed' ? 'removed' : `${state}${change.terminating ? ', terminating' : ''}`;
      const pod = change.pod === '' ? '' : ` (${change.pod})`;
      return {
        at: change.at,
        level: 'info',
        subject: `service/${change.service}`,
        text: `endpoint ${change.address}${pod}: ${what}`,
      };
    });
  }
}

function eventLine(event: Event, at: number): StoryLine {
  const { kind, name } = event.involvedObject;
  const count = event.count !== undefined && event.count > 1 ? ` (x${event.count})` : '';
  return {
    at,
    level: event.type === 'Warning' ? 'warn' : 'info',
    subject: `${kind.toLowerCase()}/${name}`,
    text: `${event.reason}${count}: ${event.message.trim()}`,
  };
}

function containerLevel(fact: ContainerFact): StoryLine['level'] {
  return fact.op === 'exited' || fact.op === 'signalled' ? 'info' : 'debug';
}

function containerText(fact: ContainerFact): string {
  // The kubelet has no word for the end of a whole pod.
  const cause = fact.cause === undefined || fact.cause === 'unknown' ? '' : ` (${fact.cause})`;
  if (fact.op === 'signalled') return `container ${fact.container}: ${fact.signal ?? 'signal'}${cause}`;
  if (fact.op === 'exited') return `container ${fact.container} exited with code ${fact.exitCode ?? '?'}`;
  return `container ${fact.container} ${fact.op}${cause}`;
}

function probeText(fact: ProbeFact): string {
  const mark = fact.result === 'success' ? '✓' : fact.result === 'failure' ? '✗' : '!';
  const output = fact.result === 'success' ? '' : `: ${fact.output.trim().split('\n')[0] ?? ''}`;
  return `${mark} ${fact.probe} of ${fact.container} ${fact.result}${output}`;
}
