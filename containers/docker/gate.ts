/** A promise that somebody else settles. */
export class Gate {
  readonly passed: Promise<void>;
  #open: () => void = () => {};
  #close: (reason: Error) => void = () => {};

  constructor() {
    this.passed = new Promise((resolve, reject) => {
      this.#open = resolve;
      this.#close = reject;
    });
    // Closed while nobody waits is no fault.
    this.passed.catch(() => {});
  }

  open(): void {
    this.#open();
  }

  close(reason: Error): void {
    this.#close(reason);
  }
}
