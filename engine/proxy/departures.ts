import type { Flow } from './toxic.ts';

/** What a waiting chunk costs beside its bytes, so that many tiny chunks cannot outgrow the bound. */
const CHUNK_OVERHEAD = 256;

interface Departure {
  chunk: Buffer | undefined;
  at: number;
}

/**
 * A queue of chunks that leave in order, each not before its time (milliseconds of `performance.now()`; Infinity means
 * not before a release). One timer for the head, none while it is empty. Chunk `undefined` stands for the end.
 */
export class Departures {
  held = 0;
  #queue: Departure[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #flow: Pick<Flow<unknown>, 'push' | 'end'>;

  constructor(flow: Pick<Flow<unknown>, 'push' | 'end'>) {
    this.#flow = flow;
  }

  /** Lets `chunk` leave at `at` or right after what is ahead of it, whichever is later. */
  add(chunk: Buffer | undefined, at: number): void {
    if (this.#queue.length === 0 && at <= performance.now()) {
      this.#leave(chunk);
      return;
    }
    this.held += CHUNK_OVERHEAD + (chunk?.length ?? 0);
    this.#queue.push({ chunk, at });
    if (this.#queue.length === 1) this.#arm();
  }

  /** Everything leaves now. */
  release(): void {
    clearTimeout(this.#timer);
    for (const { chunk } of this.#take(this.#queue.length)) this.#leave(chunk);
  }

  #arm(): void {
    const head = this.#queue[0];
    if (head === undefined || head.at === Number.POSITIVE_INFINITY) return;
    // Node truncates a timer to whole milliseconds; rounding up keeps "not before".
    this.#timer = setTimeout(() => this.#depart(), Math.max(1, Math.ceil(head.at - performance.now())));
  }

  #depart(): void {
    const now = performance.now();
    const waiting = this.#queue.findIndex(({ at }) => at > now);
    for (const { chunk } of this.#take(waiting === -1 ? this.#queue.length : waiting)) this.#leave(chunk);
    this.#arm();
  }

  // The bytes are taken off the books before they move on, because moving on makes the link look at `held`.
  #take(count: number): Departure[] {
    const leaving = this.#queue.splice(0, count);
    for (const { chunk } of leaving) this.held -= CHUNK_OVERHEAD + (chunk?.length ?? 0);
    return leaving;
  }

  #leave(chunk: Buffer | undefined): void {
    if (chunk === undefined) this.#flow.end();
    else this.#flow.push(chunk);
  }
}
