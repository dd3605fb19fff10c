import { setTimeout as delay } from 'node:timers/promises';
import type { DrillContext } from '../contract/parts.ts';
import type { Check } from '../contract/scenario.ts';
import type { Parts } from '../parts.ts';
import { type CheckReading, readCheck } from './checks.ts';
import { TIMING } from './timing.ts';

export interface Sample {
  /** Wall time, epoch ms, at which the reading began. */
  at: number;
  readings: CheckReading[];
  /** What is wrong with the bank was not as it had been made: whatever was read proves nothing. */
  tampered?: true;
}

const KEEP = 900;

/**
 * Reads the recovery checks all along, by the engine itself: a verdict rests on what was seen while it happened,
 * not on what Prometheus can be made to say afterwards.
 */
export class Sampler {
  readonly #parts: Parts;
  readonly #context: DrillContext;
  readonly #checks: readonly Check[];
  readonly #everyMs: number;
  readonly #intact: () => Promise<boolean>;
  readonly #abort = new AbortController();
  #samples: Sample[] = [];
  #running: Promise<void> | undefined;

  /** @param intact asked with every sample: whether what is wrong with the bank is still there */
  constructor(
    parts: Parts,
    context: DrillContext,
    checks: readonly Check[],
    everyMs = TIMING.sampleMs,
    intact = async () => true,
  ) {
    this.#everyMs = everyMs;
    this.#intact = intact;
    this.#parts = parts;
    this.#context = context;
    this.#checks = checks;
  }

  start(): this {
    this.#running ??= this.#run();
    return this;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  /** Samples begun at or after `since`, oldest first. */
  since(since: number): Sample[] {
    return this.#samples.filter(({ at }) => at >= since);
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const at = Date.now();
      const [intact, readings] = await Promise.all([
        this.#intact(),
        Promise.all(this.#checks.map((check) => readCheck(this.#parts, this.#context, check))),
      ]);
      this.#samples.push({ at, readings, ...(!intact && { tampered: true }) });
      if (this.#samples.length > KEEP) this.#samples.shift();
      await delay(Math.max(0, at + this.#everyMs - Date.now()), undefined, { signal }).catch(() => {});
    }
  }
}
