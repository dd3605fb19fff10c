import { messageOf } from '../../lib/kit/errors.ts';
import type { Step } from './document.ts';

/** What a step saw; `ok` decides. */
export interface Seen {
  ok: boolean;
  evidence: string[];
}

export const tenths = (seconds: number): number => Math.round(seconds * 10) / 10;
export const secondsSince = (begun: number): number => tenths((performance.now() - begun) / 1000);

/** The steps of one variant, told as they end. */
export class Steps {
  readonly done: Step[] = [];
  readonly #tell: (step: Step) => void;
  readonly #signal: AbortSignal;

  constructor(tell: (step: Step) => void, signal: AbortSignal) {
    this.#tell = tell;
    this.#signal = signal;
  }

  /** Does one step; whatever it throws is a failure, except that the gate is being ended. Answers whether it passed. */
  async take(kind: Step['kind'], name: string, work: () => Promise<Seen>): Promise<boolean> {
    this.#signal.throwIfAborted();
    const begun = performance.now();
    const seen = await work().catch((error: unknown): Seen => ({ ok: false, evidence: [messageOf(error)] }));
    this.#signal.throwIfAborted();
    this.add({
      kind,
      name,
      outcome: seen.ok ? 'pass' : 'fail',
      seconds: secondsSince(begun),
      evidence: seen.evidence,
    });
    return seen.ok;
  }

  skip(kind: Step['kind'], name: string, why: string): void {
    this.add({ kind, name, outcome: 'skipped', seconds: 0, evidence: [why] });
  }

  add(step: Step): void {
    this.done.push(step);
    this.#tell(step);
  }
}
