import { PRIORITIES, type Priority } from '../../contract/pressure.ts';

/** Somebody who waits for a place. */
export interface Waiter {
  priority: Priority;
  /** On the monotonic clock, ms: when it came, and until when it may wait here. */
  sinceMs: number;
  untilMs: number;
}

/**
 * A line for each priority. The next one is the longest waiting of the highest; whoever has to go when there is no room
 * is the newest of the lowest.
 */
export class WaitingRoom<W extends Waiter> {
  readonly #lines: Record<Priority, W[]> = { high: [], normal: [], low: [] };
  #size = 0;
  #filledSinceMs: number | undefined;

  get size(): number {
    return this.#size;
  }

  /** For how many ms somebody has always been waiting; 0 while nobody is. */
  standingMs(nowMs: number): number {
    return this.#filledSinceMs === undefined ? 0 : nowMs - this.#filledSinceMs;
  }

  /** How many would be served before one of `priority` who comes now. */
  ahead(priority: Priority): number {
    let count = 0;
    for (const one of PRIORITIES) {
      count += this.#lines[one].length;
      if (one === priority) break;
    }
    return count;
  }

  add(waiter: W): void {
    this.#lines[waiter.priority].push(waiter);
    if (this.#size++ === 0) this.#filledSinceMs = waiter.sinceMs;
  }

  next(): W | undefined {
    for (const priority of PRIORITIES) {
      const waiter = this.#lines[priority].shift();
      if (waiter) return this.#left(waiter);
    }
    return undefined;
  }

  /** Takes out the newest of the lowest priority, if that is lower than `priority`. */
  displaceBelow(priority: Priority): W | undefined {
    for (let i = PRIORITIES.length - 1; PRIORITIES[i] !== priority; i--) {
      const waiter = this.#lines[PRIORITIES[i]!].pop();
      if (waiter) return this.#left(waiter);
    }
    return undefined;
  }

  /** Takes out everybody who may not wait any longer. */
  expired(nowMs: number): W[] {
    const late: W[] = [];
    for (const priority of PRIORITIES) {
      const line = this.#lines[priority];
      if (!line.some(({ untilMs }) => untilMs <= nowMs)) continue;
      this.#lines[priority] = line.filter((waiter) => {
        if (waiter.untilMs > nowMs) return true;
        late.push(waiter);
        return false;
      });
    }
    for (const waiter of late) this.#left(waiter);
    return late;
  }

  #left(waiter: W): W {
    if (--this.#size === 0) this.#filledSinceMs = undefined;
    return waiter;
  }
}
