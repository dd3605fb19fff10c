import { partitionsOf } from '../../../lib/kit/eventlog/log.ts';

/** How far the predictions have been read: what has not been read yet has not been missing. */
export class ReadProgress {
  readonly #reached = new Map<number, number>();

  /** Everything the partition held at the business time `atMs` has been recorded. */
  reached(partition: number, atMs: number): void {
    this.#reached.set(partition, atMs);
  }

  /** Business time up to which every prediction is known; undefined until the end was reached once everywhere. */
  get knownMs(): number | undefined {
    const times = partitionsOf('predictions').map((partition) => this.#reached.get(partition));
    return times.every((time) => time !== undefined) ? Math.min(...times) : undefined;
  }
}
