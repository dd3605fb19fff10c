import { PRIORITIES, type Priority } from '../../contract/pressure.ts';

/** Somebody who waits for a place. */
export interface Waiter {
  priority: Priority;
  /** On the monotonic clock, ms: when it came, and until when it may wait here. */
  sinceMs: number;
  untilMs: number;
}

interface Line<W> {
  waiters: W[];
  /** Since when somebody has always been waiting in it. */
  filledSinceMs: number | undefined;
}

/**
 * A line for each priority. The next one is the longest waiting of the highest; whoever has to go when there is no room
 * is the newest of the lowest.
 */
export class WaitingRoom<W extends Waiter> {
  readonly #lines: Record<Priority, Line<W>> = { high: empty(), normal: empty(), low: empty() };
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** For how many ms the line of `priority` has not been empty. Those of others say nothing: they are not in its way. */
  standingMs(priority: Priority, nowMs: number): number {
    const { filledSinceMs } = this.#lines[priority];
    return filledSinceMs === undefined ? 0 : nowMs - filledSinceMs;
  }

  /** How many would be served before one of `priority` who comes now. */
  ahead(priority: Priority): number {
    let count = 0;
    for (const one of PRIORITIES) {
      count += this.#lines[one].waiters.length;
      if (one === priority) break;
    }
    return count;
  }

  add(waiter: W): void {
    const line = this.#lines[waiter.priority];
    line.filledSinceMs ??= waiter.sinceMs;
    line.waiters.push(waiter);
    this.#size++;
  }

  next(): W | undefined {
    for (const priority of PRIORITIES) {
      const waiter = this.#lines[priority].waiters.shift();
      if (waiter) return this.#left(waiter);
    }
    return undefined;
  }

  /** Takes out the newest of the lowest priority, if that is lower than `priority`. */
  displaceBelow(priority: Priority): W | undefined {
    for (let i = PRIORITIES.length - 1; PRIORITIES[i] !== priority; i--) {
      const waiter = this.#lines[PRIORITIES[i]!].waiters.pop();
      if (waiter) return this.#left(waiter);
    }
    return undefined;
  }

  /** Takes out everybody who may not wait any longer. */
  expired(nowMs: number): W[] {
    const late: W[] = [];
    for (const priority of PRIORITIES) {
      const line = this.#lines[priority];
      if (!line.waiters.some(({ untilMs }) => untilMs <= nowMs)) continue;
      late.push(...line.waiters.filter(({ untilMs }) => untilMs <= nowMs));
      line.waiters = line.waiters.filter(({ untilMs }) => untilMs > nowMs);
    }
    for (const waiter of late) this.#left(waiter);
    return late;
  }

  #left(waiter: W): W {
    const line = this.#lines[waiter.priority];
    if (line.waiters.length === 0) line.filledSinceMs = undefined;
    this.#size--;
    return waiter;
  }
}

const empty = <W>(): Line<W> => ({ waiters: [], filledSinceMs: undefined });
