/**
 * Lets changes pass side by side, and closes for the one that needs all of them to be over: whoever comes while it is
 * closed, or while somebody waits to close it, waits.
 */
export class Gate {
  readonly #passing = new Set<Promise<unknown>>();
  #closed: Promise<unknown> = Promise.resolve();

  pass<T>(change: () => Promise<T>): Promise<T> {
    const mine = this.#closed.then(change);
    const over: Promise<unknown> = mine.then(nothing, nothing).then(() => this.#passing.delete(over));
    this.#passing.add(over);
    return mine;
  }

  /** Runs `work` when everybody who came before is through, failed or not. Must not be called from inside. */
  close<T>(work: () => Promise<T>): Promise<T> {
    const mine = Promise.all([this.#closed, ...this.#passing]).then(work);
    this.#closed = mine.then(nothing, nothing);
    return mine;
  }
}

const nothing = (): void => {};
