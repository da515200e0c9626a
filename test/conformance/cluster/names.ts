import type { Story } from './story.ts';

/**
 * Which recorded pod a pod of the run is. Pods of the manifest keep their names; a Deployment's have random ones and
 * are matched by age: its k-th pod of the run is its k-th of the recording. Likewise ReplicaSets.
 */
export class Names {
  readonly #recorded = new Map<string, string[]>();
  readonly #own = new Set<string>();
  readonly #pods = new Map<string, string>();
  readonly #sets = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  constructor(story: Story) {
    for (const { op, name } of story.replicasets ?? [])
      if (op === 'ADDED') this.#note(`rs/${deploymentOfSet(name)}`, name);
    const sets = [...(story.replicasets ?? [])].map(({ name }) => name);
    for (const { op, pod } of story.pods) {
      if (op !== 'ADDED') continue;
      const set = sets.find((name) => pod.startsWith(`${name}-`));
      if (set === undefined) this.#own.add(pod);
      else this.#note(`pod/${deploymentOfSet(set)}`, pod);
    }
  }

  /** Gives a new ReplicaSet of the run its recorded name. */
  addSet(name: string): void {
    if (!this.#sets.has(name)) this.#sets.set(name, this.#next(`rs/${deploymentOfSet(name)}`, name));
  }

  /** Gives a new pod of the run its recorded name; `set`: its ReplicaSet. */
  addPod(name: string, set: string | undefined): void {
    if (this.#pods.has(name)) return;
    this.#pods.set(name, set === undefined ? name : this.#next(`pod/${deploymentOfSet(set)}`, name));
  }

  /** The recorded name that a new pod of this name would get. */
  peek(pod: string): string {
    const set = [...this.#sets.keys()].find((name) => pod.startsWith(`${name}-`));
    if (set === undefined || this.#pods.has(pod)) return this.recorded(pod);
    const group = `pod/${deploymentOfSet(set)}`;
    return this.#recorded.get(group)?.[this.#counts.get(group) ?? 0] ?? pod;
  }

  /** The recorded name of a pod of the run. */
  recorded(pod: string): string {
    return this.#pods.get(pod) ?? pod;
  }

  recordedSet(set: string): string {
    return this.#sets.get(set) ?? set;
  }

  /** The name in the run of a recorded pod. */
  actual(recorded: string): string {
    for (const [name, other] of this.#pods) if (other === recorded) return name;
    return recorded;
  }

  /** A text of the run with the recorded names in it. */
  inText(text: string): string {
    let result = text;
    for (const map of [this.#pods, this.#sets]) {
      for (const [name, other] of map) if (name !== other) result = result.replaceAll(name, other);
    }
    return result;
  }

  #note(group: string, name: string): void {
    const names = this.#recorded.get(group) ?? [];
    this.#recorded.set(group, names);
    if (!names.includes(name)) names.push(name);
  }

  #next(group: string, name: string): string {
    const index = this.#counts.get(group) ?? 0;
    this.#counts.set(group, index + 1);
    return this.#recorded.get(group)?.[index] ?? name;
  }
}

function deploymentOfSet(set: string): string {
  return set.replace(/-[^-]+$/, '');
}
