/** Changes to a workload, one after another; whoever waits in one can be sent home. */
export class Changes {
  readonly #name: string;
  readonly #halted = new AbortController();
  #interrupted = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  /** @param name of the workload */
  constructor(name: string) {
    this.#name = name;
  }

  /** Raised when whoever waits for readiness is to give up. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.#halted.signal, this.#interrupted.signal]);
  }

  /** Runs `change` after every change before it has finished, failed or not. */
  exclusively<T>(change: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(change);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** Whoever waits for this workload to be ready gives up at once, now and later. */
  halt(): void {
    this.#halted.abort(new Error(`${this.#name} is being taken down`));
  }

  /** Whoever waits for this workload to be ready gives up at once; until `reopen`, so do those who are yet to come. */
  interrupt(): void {
    this.#interrupted.abort(new Error(`${this.#name} was ended while it was waited for`));
  }

  reopen(): void {
    this.#interrupted = new AbortController();
  }
}
