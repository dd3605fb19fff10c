/** What is counted per row, at these positions of a cell. */
export const ROW = {
  rows: 0,
  degraded: 1,
  unknown: 2,
  malformed: 3,
  approve: 4,
  review: 5,
  decline: 6,
} as const;
const HEAD = Object.keys(ROW).length;
/** Counted per feature behind its bins. */
const ASIDE = 3;

/** Where one feature is counted. Its bins are [bins, missing); a row is in exactly one bin, or missing. */
export interface FeatureSlots {
  bins: number;
  missing: number;
  defaults: number;
  outside: number;
}

/** How the counts of a model version lie in one array: cells of one layout are merged by adding them up. */
export interface Layout {
  size: number;
  features: FeatureSlots[];
  /** First bin of the score; they reach to the end. */
  score: number;
}

/** @param bins of each feature, then of the score */
export function layoutOf(bins: readonly number[], scoreBins: number): Layout {
  let at = HEAD;
  const features = bins.map((count): FeatureSlots => {
    const first = at;
    at += count + ASIDE;
    return { bins: first, missing: at - 3, defaults: at - 2, outside: at - 1 };
  });
  return { size: at + scoreBins, features, score: at };
}
