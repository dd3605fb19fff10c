import { expect, test } from 'vitest';
import { createRandom } from '../../../lib/kit/random.ts';
import { binColumns } from './binning.ts';
import { syntheticDataset } from './fixtures.ts';
import { createHistogram, fillHistogram, subtractHistogram } from './histogram.ts';

const random = createRandom('histogram');
const n = 500;
const d = 7;
const { columns } = syntheticDataset(random, n, { d, missing: 0.1 });
const { entries, bins, stride } = binColumns(columns, 16);
const gradients = Float32Array.from({ length: n }, () => random.normal());
const hessians = Float32Array.from({ length: n }, () => random.next());
const rows = Int32Array.from({ length: n }, (_, i) => i).sort(() => random.next() - 0.5);

const count = (start: number, end: number) => {
  const histogram = createHistogram(d * stride);
  fillHistogram(histogram, entries, d, rows, start, end, gradients, hessians);
  return histogram;
};

test('sums and counts per feature and bin', () => {
  const { sums, counts } = count(100, 300);
  for (let f = 0; f < d; f++) {
    for (let bin = 0; bin < stride; bin++) {
      const inBin = Array.from(rows.subarray(100, 300)).filter((row) => bins[f]![row] === bin);
      const entry = f * stride + bin;
      expect(counts[entry]).toBe(inBin.length);
      expect(sums[2 * entry]).toBeCloseTo(
        inBin.reduce((sum, row) => sum + gradients[row]!, 0),
        9,
      );
      expect(sums[2 * entry + 1]).toBeCloseTo(
        inBin.reduce((sum, row) => sum + hessians[row]!, 0),
        9,
      );
    }
  }
});

test('a refilled histogram forgets what it held', () => {
  const histogram = count(0, n);
  fillHistogram(histogram, entries, d, rows, 0, 10, gradients, hessians);
  expect(histogram).toEqual(count(0, 10));
});

test('parent minus child equals the other child counted directly', () => {
  const parent = count(0, n);
  subtractHistogram(parent, count(0, 180));
  const direct = count(180, n);
  expect(parent.counts).toEqual(direct.counts);
  parent.sums.forEach((sum, i) => {
    expect(sum).toBeCloseTo(direct.sums[i]!, 9);
  });
});
