import Type, { type Static, type TObject } from 'typebox';

export const BATCH_SETTINGS = {
  'batch.max_rows': Type.Integer({
    default: 16,
    minimum: 1,
    maximum: 64,
    description: 'most requests that share one feature lookup and one run of the model',
  }),
  'batch.preferred_size': Type.Integer({
    default: 8,
    minimum: 1,
    maximum: 64,
    description:
      'requests with which a batch stops waiting for more; without batch.max_queue_delay_us none waits',
  }),
  'batch.max_queue_delay_us': Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 1_000_000,
    description:
      'wall microseconds a request may wait for company, rounded up to milliseconds; 0: no longer than the turn it came in',
  }),
  'batch.adaptive': Type.Boolean({
    default: true,
    description:
      'wait only while another batch is under way, and no longer than that; false: wait always, as Triton does',
  }),
};
export type BatchSettings = Static<TObject<typeof BATCH_SETTINGS>>;

/**
 * Why a batch went when it did: no more fit into it; its turn was over; enough were gathered; the batch before it was
 * done; its first request had waited as long as it may.
 */
export type Departure = 'full' | 'turn' | 'preferred' | 'free' | 'delay';

/**
 * Gathers what arrives in one turn of the event loop into batches (dynamic batching, after Triton).
 *
 *   end of the turn ─▶ a delay is set, the batch is small, another one is under way? ── no ──▶ go
 *                                          └─ yes: wait for more ── enough, the other is done, or time is up ──▶ go
 *
 * Who is alone never waits, as in Nagle's algorithm (RFC 896), unless `batch.adaptive` is off.
 */
export class Batcher<Job> {
  readonly #settings: () => BatchSettings;
  readonly #run: (jobs: Job[], departure: Departure) => Promise<void>;
  #gathering: Job[] = [];
  #turnEnds = false;
  #underWay = 0;
  #waiting: NodeJS.Timeout | undefined;

  /**
   * @param settings read for every job
   * @param run must not reject
   */
  constructor(settings: () => BatchSettings, run: (jobs: Job[], departure: Departure) => Promise<void>) {
    this.#settings = settings;
    this.#run = run;
  }

  add(job: Job): void {
    const size = this.#gathering.push(job);
    if (size >= this.#settings()['batch.max_rows']) this.#go('full');
    else if (!this.#turnEnds) {
      this.#turnEnds = true;
      setImmediate(this.#endTurn);
    }
  }

  readonly #endTurn = (): void => {
    this.#turnEnds = false;
    const size = this.#gathering.length;
    if (size === 0) return;
    const settings = this.#settings();
    const delayMs = settings['batch.max_queue_delay_us'] / 1_000;
    if (delayMs === 0 || (settings['batch.adaptive'] && this.#underWay === 0)) this.#go('turn');
    else if (size >= settings['batch.preferred_size']) this.#go('preferred');
    else this.#waiting ??= setTimeout(() => this.#go('delay'), Math.ceil(delayMs));
  };

  #go(departure: Departure): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    const jobs = this.#gathering;
    this.#gathering = [];
    this.#underWay++;
    void this.#run(jobs, departure).then(this.#done);
  }

  readonly #done = (): void => {
    this.#underWay--;
    if (this.#underWay === 0 && this.#waiting && this.#settings()['batch.adaptive']) this.#go('free');
  };
}
