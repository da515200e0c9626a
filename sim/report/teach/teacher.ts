import type { ContainerFact, PodRef, ProbeFact, ResultFact, StampedFact } from '../../kube/fact.ts';
import type { Container, Event, Pod, Probe } from '../../kube/objects.ts';
import {
  BACK_OFF_LESSON,
  deletionLesson,
  ERROR_LESSON,
  exitLesson,
  firstFailureLesson,
  KILLED_LESSON,
  killLesson,
  meshLesson,
  NEW_INSTANCE_LESSON,
  PULL_LESSON,
  planLesson,
  probesOf,
  READY_LESSON,
  readyAgainLesson,
  STARTED_UP_LESSON,
  unreadyLesson,
  WARNING_LESSON,
} from './lessons.ts';

/** Why something happened. */
export interface Lesson {
  /** The pod that showed it, as in the story: `pod/web`. */
  subject: string;
  text: string;
}

/**
 * Says why what happens in a run happens, with the numbers of its own manifests. Each lesson is given once, where it is
 * seen first: a story, not a comment on every line.
 */
export class Teacher {
  readonly #pods = new Map<string, Pod>();
  readonly #taught = new Set<string>();
  /** Instances that the kubelet or their own end stopped: the exit that follows is no surprise. */
  readonly #ending = new Set<string>();

  /** The lessons that a fact is worth, and about which pod; most facts have none. */
  tell(fact: StampedFact): Lesson[] {
    return this.#texts(fact).map((text) => ({ subject: subjectOf(fact), text }));
  }

  #texts(fact: StampedFact): string[] {
    switch (fact.kind) {
      case 'object':
        if (fact.object.kind === 'Event') return this.#event(fact.object as unknown as Event);
        return fact.object.kind === 'Pod' ? this.#pod(fact.object as unknown as Pod) : [];
      case 'probe':
        return this.#probe(fact);
      case 'result':
        return this.#result(fact);
      case 'container':
        return this.#container(fact);
      default:
        return [];
    }
  }

  /** The lesson if it was not given before. */
  #once(topic: string, text: string | undefined): string[] {
    if (text === undefined || this.#taught.has(topic)) return [];
    this.#taught.add(topic);
    return [text];
  }

  #pod(pod: Pod): string[] {
    const known = this.#pods.get(pod.metadata.uid);
    this.#pods.set(pod.metadata.uid, pod);
    if (pod.metadata.deletionTimestamp !== undefined) return this.#once('deletion', deletionLesson(pod));
    if (known !== undefined) return [];
    const plans = pod.spec.containers.flatMap((container) => {
      const text = planLesson(container);
      return this.#once(`plan ${text}`, text);
    });
    return [...plans, ...this.#once('mesh', meshLesson(pod))];
  }

  #event({ reason, message }: Event): string[] {
    if (reason === 'BackOff' && message.startsWith('Back-off restarting'))
      return this.#once('back-off', BACK_OFF_LESSON);
    return reason === 'Failed' && message.startsWith('Failed to pull') ? this.#once('pull', PULL_LESSON) : [];
  }

  #probe(fact: ProbeFact): string[] {
    if (fact.result === 'warning') return this.#once('warning', WARNING_LESSON);
    if (fact.result === 'error') return this.#once('error', ERROR_LESSON);
    const found = this.#find(fact);
    if (fact.result !== 'failure' || found?.probe === undefined) return [];
    return this.#once(`${fact.probe} failure`, firstFailureLesson(fact.probe, found.probe));
  }

  #result(fact: ResultFact): string[] {
    const found = this.#find(fact);
    if (found?.probe === undefined) return [];
    const { pod, container, probe } = found;
    if (fact.result === 'Success') return this.#succeeded(fact, probe);
    // A first value is what counts before any attempt: nothing has failed yet.
    if (fact.result !== 'Failure' || fact.previous === undefined) return [];
    if (fact.probe === 'readiness')
      return fact.previous === 'Success' ? this.#once('unready', unreadyLesson(probe)) : [];
    return this.#once(`${fact.probe} kill`, killLesson(fact.probe, probe, pod, container));
  }

  #succeeded({ probe: type, previous }: ResultFact, probe: Probe): string[] {
    if (type === 'startup') return this.#once('started up', STARTED_UP_LESSON);
    if (type !== 'readiness' || previous === 'Success') return [];
    return this.#taught.has('unready')
      ? this.#once('ready again', readyAgainLesson(probe))
      : this.#once('ready', READY_LESSON);
  }

  #container(fact: ContainerFact): string[] {
    const pod = this.#pods.get(fact.pod.uid);
    if (fact.op === 'signalled') {
      this.#ending.add(fact.containerID);
      return fact.signal === 'SIGKILL' ? this.#once('killed', KILLED_LESSON) : [];
    }
    if (fact.op === 'started' && fact.attempt > 0) return this.#once('new instance', NEW_INSTANCE_LESSON);
    // Init containers are there to end.
    const main = pod?.spec.containers.some(({ name }) => name === fact.container);
    if (fact.op !== 'exited' || pod === undefined || main !== true || this.#ending.has(fact.containerID)) return [];
    return this.#once('exit', exitLesson(pod, fact.container, fact.exitCode));
  }

  #find(fact: {
    pod: PodRef;
    container: string;
    probe: ProbeFact['probe'];
  }): { pod: Pod; container: Container; probe: Probe | undefined } | undefined {
    const pod = this.#pods.get(fact.pod.uid);
    const containers = [...(pod?.spec.initContainers ?? []), ...(pod?.spec.containers ?? [])];
    const container = containers.find(({ name }) => name === fact.container);
    if (pod === undefined || container === undefined) return undefined;
    return { pod, container, probe: probesOf(container).find(({ type }) => type === fact.probe)?.probe };
  }
}

function subjectOf(fact: StampedFact): string {
  if (fact.kind !== 'object') return 'pod' in fact && fact.pod !== undefined ? `pod/${fact.pod.name}` : '';
  const { involvedObject, metadata } = fact.object as unknown as Partial<Event> & Pod;
  return `pod/${involvedObject?.name ?? metadata.name}`;
}
