import type { Random } from '../../../lib/kit/random.ts';
import type { Dataset } from './dataset.ts';
import { sigmoid } from './loss.ts';

/**
 * Made-up data for tests and benchmarks: d >= 7 normal features, of which the first seven tell about the
 * label by curves and interactions, with a share of missing values. The default log-odds give about 1.5 %
 * positives.
 */
export function syntheticDataset(
  random: Random,
  n: number,
  { d = 20, missing = 0.03, intercept = -6.3 }: { d?: number; missing?: number; intercept?: number } = {},
): Dataset {
  const columns = Array.from({ length: d }, () => new Float32Array(n));
  const labels = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const x = columns.map(() => random.normal());
    const [a, b, c, e, f, g, h] = x as [number, number, number, number, number, number, number];
    const logOdds =
      intercept + a + 0.9 * b * c + 0.8 * Math.abs(e) + (f > 1 ? 1.5 : 0) + (g > 0 && h > 0 ? 1 : -0.5);
    labels[i] = random.next() < sigmoid(logOdds) ? 1 : 0;
    x.forEach((value, column) => {
      columns[column]![i] = random.next() < missing ? Number.NaN : value;
    });
  }
  return { featureNames: columns.map((_, f) => `feature_${f}`), columns, labels };
}
