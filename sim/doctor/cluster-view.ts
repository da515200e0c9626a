import type { Event, KubeObject } from '../kube/objects.ts';

/** What a container wrote, newest last. */
export interface DoctorLog {
  namespace: string;
  pod: string;
  container: string;
  lines: readonly string[];
}

/** What a pod said when a doctor asked one of its health endpoints. */
export interface DoctorAnswer {
  namespace: string;
  pod: string;
  port: number;
  path: string;
  ok: boolean;
  /** The body, or why there is none. */
  text: string;
}

/** What a doctor looks at, wherever it comes from. Objects of known kinds have their types' shapes (`readObjects`). */
export interface DoctorInput {
  /** `run`: all that a lab held; `cluster`: all that could be read; `files`: what somebody chose to write down. */
  origin: 'run' | 'files' | 'cluster';
  objects: readonly KubeObject[];
  events: readonly Event[];
  logs: readonly DoctorLog[];
  /** When the objects were so, ms since 1970; undefined if nobody knows. */
  now?: number;
  /** Of a live cluster. */
  answers?: readonly DoctorAnswer[];
  /** Kinds that a cluster would not let be read, with its answer. */
  unread?: ReadonlyMap<string, string>;
  /** What the lab modelled, of a run: `{osm: '1.1'}`. */
  profiles?: Readonly<Record<string, string>>;
}

/** Read access to the objects, and to what their absence means. */
export class ClusterView {
  readonly input: DoctorInput;
  private readonly byKind = new Map<string, KubeObject[]>();

  constructor(input: DoctorInput) {
    this.input = input;
    for (const object of input.objects) {
      const known = this.byKind.get(object.kind);
      if (known === undefined) this.byKind.set(object.kind, [object]);
      else known.push(object);
    }
  }

  /** All objects of a kind, of one namespace if it is given. */
  list<T = KubeObject>(kind: string, namespace?: string): T[] {
    const all = this.byKind.get(kind) ?? [];
    return (namespace === undefined
      ? all
      : all.filter(({ metadata }) => metadata.namespace === namespace)) as unknown as T[];
  }

  /** One object; `namespace` undefined for kinds without. */
  get<T = KubeObject>(kind: string, namespace: string | undefined, name: string): T | undefined {
    return (this.byKind.get(kind) ?? []).find(
      ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
    ) as T | undefined;
  }

  /**
   * True if an object of this kind that is not here does not exist. In files that holds for kinds they have at all, or
   * if they have one of `relatives`, which nobody writes down without it.
   */
  isComplete(kind: string, ...relatives: readonly string[]): boolean {
    if (this.input.origin === 'run') return true;
    if (this.input.origin === 'cluster') return this.input.unread?.has(kind) !== true;
    return [kind, ...relatives].some((one) => this.byKind.has(one));
  }

  /** Why the absence of a kind means nothing, and what would help. */
  notGiven(kind: string): { reason: string; suggestion: string } {
    const answer = this.input.unread?.get(kind);
    const plural = `${kind.toLowerCase().replace(/s$/, '')}s`;
    return answer === undefined
      ? {
          reason: `No ${kind} is among the objects given`,
          suggestion: `Add the output of: kubectl get ${plural} -A -o yaml`,
        }
      : { reason: `${kind} objects could not be read: ${answer}`, suggestion: `Ask for the right to get ${plural}` };
  }

  /** Events about an object, oldest first. */
  eventsAbout(kind: string, namespace: string | undefined, name: string): Event[] {
    return this.input.events
      .filter(
        ({ involvedObject: about }) => about.kind === kind && about.name === name && about.namespace === namespace,
      )
      .sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  }
}

function timeOf(event: Event): string {
  return event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? '';
}
