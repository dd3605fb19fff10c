import type { Baseline } from '../../../lib/contract/registry.ts';
import { binIndex } from '../../../lib/stats/histogram.ts';
import { populationStabilityIndex } from '../../../lib/stats/psi.ts';

/** What is wrong with scores: no numbers; one number for everybody; others than the version gave in training. */
export type QualityProblem = 'not_finite' | 'constant' | 'distribution';

export interface QualityBounds {
  /** Scores of a window. */
  rows: number;
  /** Share of them that may be no number. */
  invalidRatio: number;
  /** Population stability index against training above which they are another model's. */
  maxPsi: number;
}

/** As many scores of one model version as tell something, and what they tell. */
export class ScoreWindow {
  readonly #baseline: Baseline | undefined;
  readonly #counts: number[];
  #rows = 0;
  #invalid = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;

  /** @param baseline of the version's score in training; without one its distribution is not judged */
  constructor(baseline: Baseline | undefined) {
    this.#baseline = baseline;
    this.#counts = new Array<number>((baseline?.edges.length ?? 0) + 1).fill(0);
  }

  /** @returns what is wrong, or `fine`, once that can be told; the window is over then */
  add(score: number, { rows, invalidRatio, maxPsi }: QualityBounds): QualityProblem | 'fine' | undefined {
    this.#rows++;
    if (Number.isFinite(score)) {
      this.#least = Math.min(this.#least, score);
      this.#most = Math.max(this.#most, score);
      this.#counts[binIndex(this.#baseline?.edges ?? [], score)]! += 1;
    } else if (++this.#invalid > invalidRatio * rows) {
      // No need to wait for the rest: too many already are none.
      return 'not_finite';
    }
    if (this.#rows < rows) return undefined;
    if (this.#least === this.#most) return 'constant';
    const { counts } = this.#baseline ?? {};
    if (counts && populationStabilityIndex(counts, this.#counts) > maxPsi) return 'distribution';
    return 'fine';
  }
}
