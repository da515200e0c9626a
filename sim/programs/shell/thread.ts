import type { Run, Wait } from './shell-system.ts';

/** Runs a generator of waits: on its clock, synchronously as far as nothing is waited for. */
export class Thread {
  readonly #run: Run;
  readonly #ended: (code: number | undefined, error: unknown) => void;
  #wait: Wait | undefined;
  #cancel: (() => void) | undefined;
  #resumeEarly: (() => void) | undefined;
  #killed = false;
  over = false;

  /** `ended` gets the code, or what was thrown. */
  constructor(run: Run, ended: (code: number | undefined, error: unknown) => void) {
    this.#run = run;
    this.#ended = ended;
  }

  step(): void {
    while (!this.over) {
      let result: IteratorResult<Wait, number>;
      try {
        result = this.#run.next();
      } catch (error) {
        this.#finish(undefined, error);
        return;
      }
      if (result.done) {
        this.#finish(result.value, undefined);
        return;
      }
      if (!this.#await(result.value)) return;
    }
  }

  /** Ends a wait that a trap may end (the builtin `wait`). */
  interrupt(): void {
    if (this.#wait?.interruptible) this.#resumeEarly?.();
  }

  /**
   * SIGKILL. A child that is waited for goes on by itself: then the thread is over only when the child is.
   * `withChild`: the thread has become that child (exec), so both go.
   */
  kill(withChild: boolean): void {
    if (this.over) return;
    if (this.#wait?.child && !withChild) {
      this.#killed = true;
      return;
    }
    this.#cancel?.();
    this.#finish(137, undefined);
  }

  /** True if something has come already and the thread can go on at once. */
  #await(wait: Wait): boolean {
    let here = true;
    let come = false;
    const resume = (): void => {
      if (come) return;
      come = true;
      this.#wait = undefined;
      if (here) return;
      if (this.#killed) this.#finish(137, undefined);
      else this.step();
    };
    this.#wait = wait;
    this.#resumeEarly = resume;
    this.#cancel = wait.start(resume);
    here = false;
    return come;
  }

  #finish(code: number | undefined, error: unknown): void {
    if (this.over) return;
    this.over = true;
    this.#wait = undefined;
    this.#ended(code, error);
  }
}
