/** A run of the model costs nearly the same for sixteen rows as for one: wait for company (CHG-2219). */
const WAIT_MS = 20;

/**
 * Gathers what arrives in one turn of the event loop into batches. Nobody waits for company: with one request there
 * is a batch of one; under load the turn itself brings many (dynamic batching without a delay, after Triton).
 */
export class Batcher<Job> {
  readonly #limit: () => number;
  readonly #run: (jobs: Job[]) => void;
  #gathering: Job[] = [];

  /** @param limit most jobs of one batch, read for every job */
  constructor(limit: () => number, run: (jobs: Job[]) => void) {
    this.#limit = limit;
    this.#run = run;
  }

  add(job: Job): void {
    if (this.#gathering.push(job) === 1) setTimeout(this.#flush, WAIT_MS);
    if (this.#gathering.length >= this.#limit()) this.#flush();
  }

  readonly #flush = (): void => {
    if (this.#gathering.length === 0) return;
    const jobs = this.#gathering;
    this.#gathering = [];
    this.#run(jobs);
  };
}
