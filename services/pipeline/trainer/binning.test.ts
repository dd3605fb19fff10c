import { expect, test } from 'vitest';
import { createRandom } from '../../../lib/kit/random.ts';
import { binColumns, quantileThresholds } from './binning.ts';

test('few distinct values get a bin each, cut in the middle', () => {
  expect(quantileThresholds(Float32Array.of(3, 1, 2, 1, Number.NaN), 64)).toEqual(Float32Array.of(1.5, 2.5));
});

test('neighbouring float32 values are cut at the lower one', () => {
  const next = new Float32Array(Int32Array.of(0x3f800001).buffer)[0]!;
  const thresholds = quantileThresholds(Float32Array.of(1, next), 64);
  expect(thresholds).toEqual(Float32Array.of(1));
  expect(next).toBeGreaterThan(1);
});

test('a heavy value has a bin of its own and the others share the rest', () => {
  const column = Float32Array.from({ length: 1000 }, (_, i) => (i < 700 ? 0 : i));
  const thresholds = quantileThresholds(column, 4);
  expect(thresholds).toEqual(Float32Array.of(350, 799.5, 899.5));
});

test('bins are the quantiles: equal counts, at most maxBins, every row on its side of every threshold', () => {
  const random = createRandom('binning');
  const column = Float32Array.from({ length: 6400 }, () =>
    random.next() < 0.05 ? Number.NaN : random.normal(),
  );
  const { stride, thresholds, bins, entries } = binColumns([column, column], 64);
  expect(stride).toBe(65);
  expect(thresholds[0]!.length).toBe(63);
  const counts = new Array<number>(65).fill(0);
  column.forEach((value, i) => {
    const bin = bins[0]![i]!;
    counts[bin]! += 1;
    expect(entries[2 * i]).toBe(bin);
    expect(entries[2 * i + 1]).toBe(stride + bin);
    const below = Array.from(thresholds[0]!).filter((threshold) => threshold < value).length;
    expect(bin).toBe(Number.isNaN(value) ? 64 : below);
  });
  const present = counts.slice(0, 64);
  expect(Math.max(...present) - Math.min(...present)).toBeLessThanOrEqual(1);
});

test('constant and missing columns have one bin', () => {
  expect(quantileThresholds(Float32Array.of(7, 7, 7), 64)).toHaveLength(0);
  expect(quantileThresholds(Float32Array.of(Number.NaN), 64)).toHaveLength(0);
});

test.each([1, 2.5, 256])('refuses %s bins', (maxBins) => {
  const expected = expect.objectContaining({ code: 'TRN_OPTION', field: 'maxBins' });
  expect(() => binColumns([Float32Array.of(1)], maxBins)).toThrow(expected);
});
