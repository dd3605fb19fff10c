import { setTimeout as delay } from 'node:timers/promises';

export interface Cleanup {
  name: string;
  run: () => Promise<void> | void;
}

export interface LifecycleReport {
  stopped(name: string): void;
  failed(name: string, error: unknown): void;
}

/**
 * Named clean-ups that run once, in reverse order, each within a bound. A start that fails half-way rolls back
 * what it had begun (after Alertmanager's app/lifecycle).
 */
export class Lifecycle {
  #cleanups: Cleanup[] = [];
  #doors: Cleanup[] = [];
  #leaving = false;
  #stopping: Promise<void> | undefined;
  readonly #boundMs: number;
  readonly #report: LifecycleReport | undefined;

  constructor(options: { boundMs?: number; report?: LifecycleReport } = {}) {
    this.#boundMs = options.boundMs ?? 5_000;
    this.#report = options.report;
  }

  onStop(name: string, run: Cleanup['run']): void {
    this.#cleanups.push({ name, run });
  }

  /** For the door: it closes before anything else goes away, whenever that was registered. */
  onStopFirst(name: string, run: Cleanup['run']): void {
    this.#doors.push({ name, run });
  }

  /** Whether the process is about to stop: it answers what comes, and wants no more to come. */
  get leaving(): boolean {
    return this.#leaving;
  }

  /**
   * Says that it is leaving, gives everybody who looks `noticeMs` wall ms to see it, and stops. The door is open all the
   * while: a request sent a moment before its sender looked is answered.
   */
  async drain(noticeMs: number): Promise<void> {
    this.#leaving = true;
    if (noticeMs > 0) await delay(noticeMs);
    await this.stop();
  }

  /** Runs `begin`; when it throws, everything registered so far is cleaned up before the error goes on. */
  async start<T>(begin: () => Promise<T>): Promise<T> {
    try {
      return await begin();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Idempotent: a second call waits for the first. */
  stop(): Promise<void> {
    this.#leaving = true;
    this.#stopping ??= this.#runAll();
    return this.#stopping;
  }

  async #runAll(): Promise<void> {
    const inOrder = [...this.#cleanups.splice(0), ...this.#doors.splice(0)].reverse();
    for (const { name, run } of inOrder) {
      const bound = new AbortController();
      try {
        await Promise.race([
          Promise.resolve().then(run),
          delay(this.#boundMs, undefined, { signal: bound.signal }).then(() => {
            throw new Error(`did not finish within ${this.#boundMs} ms`);
          }),
        ]);
        this.#report?.stopped(name);
      } catch (error) {
        this.#report?.failed(name, error);
      } finally {
        bound.abort();
      }
    }
  }
}
