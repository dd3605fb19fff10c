import { expect, test } from 'vitest';
import { createRandom } from '../kit/random.ts';
import { areaUnderRoc } from './classification.ts';
import { aucInterval, proportionInterval } from './interval.ts';

/** Two normals whose means lie `distance` apart: the true AUC is the normal distribution at distance / sqrt 2. */
function binormal(seed: string, positives: number, negatives: number, distance: number) {
  const random = createRandom(seed);
  const labels = Array.from({ length: positives + negatives }, (_, i) => (i < positives ? 1 : 0));
  return { labels, scores: labels.map((label) => random.normal(label * distance)) };
}

/** DeLong's variance as it is written in the paper: every positive against every negative. */
function varianceByPairs(scores: number[], labels: number[]): number {
  const of = (label: number) => scores.filter((_, i) => labels[i] === label);
  const [positives, negatives] = [of(1), of(0)];
  const wins = (p: number, n: number) => (p > n ? 1 : p === n ? 0.5 : 0);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const variance = (values: number[]) =>
    values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / (values.length - 1);
  const v10 = positives.map((p) => mean(negatives.map((n) => wins(p, n))));
  const v01 = negatives.map((n) => mean(positives.map((p) => wins(p, n))));
  return variance(v10) / v10.length + variance(v01) / v01.length;
}

test('the variance equals the pairwise definition, ties included', () => {
  const { scores, labels } = binormal('pairs', 25, 140, 1.2);
  const coarse = scores.map((score) => Math.round(score * 4) / 4);
  const auc = areaUnderRoc(coarse, labels)!;
  const reach = (3 * Math.sqrt(varianceByPairs(coarse, labels))) / (auc * (1 - auc));
  const logit = Math.log(auc / (1 - auc));
  const interval = aucInterval(coarse, labels, 3)!;
  expect(interval.value).toBe(auc);
  expect(interval.lower).toBeCloseTo(1 / (1 + Math.exp(reach - logit)), 12);
  expect(interval.upper).toBeCloseTo(1 / (1 + Math.exp(-reach - logit)), 12);
});

test('covers the true AUC about as often as z says', () => {
  const truth = 0.921350396; // the standard normal distribution at 2 / sqrt 2
  const draws = 400;
  let covered = 0;
  for (let draw = 0; draw < draws; draw++) {
    const { scores, labels } = binormal(`coverage ${draw}`, 60, 600, 2);
    const { lower, upper } = aucInterval(scores, labels, 2)!;
    if (lower <= truth && truth <= upper) covered += 1;
  }
  // Two standard errors mean 95.4 %; the standard deviation of the count's share is 1.05 %.
  expect(covered / draws).toBeGreaterThan(0.92);
  expect(covered / draws).toBeLessThan(0.985);
});

test('stays inside 0 to 1 and longer towards a coin toss', () => {
  const { scores, labels } = binormal('close to one', 12, 300, 2.8);
  const { value, lower, upper } = aucInterval(scores, labels, 3)!;
  expect(upper).toBeLessThan(1);
  expect(value - lower).toBeGreaterThan(upper - value);
});

test('classes perfectly apart leave doubt in proportion to how few positives there were', () => {
  const apart = (positives: number) => {
    const labels = Array.from({ length: 10 * positives }, (_, i) => (i < positives ? 1 : 0));
    return aucInterval(labels, labels, 3)!;
  };
  expect(apart(10)).toMatchObject({ value: 1, upper: 1 });
  expect(apart(10).lower).toBeLessThan(apart(100).lower);
  expect(apart(100).lower).toBeGreaterThan(0.85);
  expect(apart(100).lower).toBeLessThan(1);
});

test('nothing can be said with fewer than two rows of a class', () => {
  expect(aucInterval([], [], 3)).toBeNull();
  expect(aucInterval([0.1, 0.2, 0.9], [0, 0, 1], 3)).toBeNull();
  expect(aucInterval([0.1, 0.2, 0.9], [0, 1, 1], 3)).toBeNull();
});

test("Wilson's interval has the values of Newcombe (1998), table I", () => {
  const z95 = 1.959964;
  for (const [successes, trials, lower, upper] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const) {
    const interval = proportionInterval(successes, trials, z95)!;
    expect(interval.value).toBe(successes / trials);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  }
  expect(proportionInterval(0, 0, 3)).toBeNull();
});
