import type { Feature, FeatureView } from '../../../lib/features/view.ts';
import type { ParityDifferences, ParityExample } from '../jobs/job.ts';

const EXAMPLES = 5;

/** Counts where the online value of a feature is not, to the last bit of float32, the offline one. */
export class Tally {
  /** Features that are compared, by their column among the online values. */
  readonly #features: { name: string; column: number; mismatched: number }[];
  readonly #examples: ParityExample[] = [];
  #compared = 0;
  #mismatched = 0;

  constructor(view: FeatureView, features: readonly Feature[]) {
    this.#features = features.map((feature) => ({
      name: feature.name,
      column: view.features.indexOf(feature),
      mismatched: 0,
    }));
  }

  /**
   * @param whose what an example of a difference is told with
   * @param online in the order of the view's features; null for a value that is not finite
   * @param offline by feature; undefined when the offline path does not know the request
   */
  add(
    whose: Pick<ParityExample, 'card_id' | 'transaction_id' | 'region'>,
    online: ArrayLike<number | null>,
    offline: Record<string, unknown> | undefined,
  ): void {
    let same = true;
    for (const compared of this.#features) {
      const { name, column } = compared;
      const value = online[column] ?? Number.NaN;
      const expected = Number(offline?.[name]);
      if (Object.is(value, expected)) continue;
      same = false;
      compared.mismatched++;
      // One of a feature: five of the same would hide the others.
      if (this.#examples.length < EXAMPLES && !this.#examples.some(({ feature }) => feature === name)) {
        this.#examples.push({ ...whose, feature: name, online: value, offline: expected });
      }
    }
    this.#compared++;
    if (!same) this.#mismatched++;
  }

  report(): ParityDifferences {
    const compared = this.#compared;
    return {
      entities: compared,
      mismatched: this.#mismatched,
      features: this.#features.map(({ name, mismatched }) => ({
        name,
        compared,
        mismatched,
        ratio: compared === 0 ? 0 : mismatched / compared,
      })),
      examples: this.#examples,
    };
  }
}
