import { expect, test } from 'vitest';
import { createRandom } from '../../../lib/kit/random.ts';
import type { Dataset } from './dataset.ts';
import { fitLogistic } from './logistic.ts';
import { sigmoid } from './loss.ts';
import { predict, predictBatch } from './model.ts';

const random = createRandom('logistic');

function linearData(n: number, missing = 0): Dataset {
  const a = Float32Array.from({ length: n }, () => random.normal(10, 4));
  const b = Float32Array.from({ length: n }, () => random.normal(-1, 0.5));
  const labels = Uint8Array.from(a, (x, i) => (random.next() < sigmoid(-3 + 0.25 * x + 1.5 * b[i]!) ? 1 : 0));
  const hide = (column: Float32Array) => column.map((x) => (random.next() < missing ? Number.NaN : x));
  return { featureNames: ['a', 'b'], columns: [hide(a), hide(b)], labels };
}

test('an intercept alone is the log-odds of the positive rate', () => {
  const constant = {
    featureNames: ['x'],
    columns: [new Float32Array(8).fill(3)],
    labels: Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0),
  };
  for (const l2 of [0, 1]) {
    const { model } = fitLogistic(constant, { l2 });
    expect(model.coefficients).toEqual([0]);
    expect(predict(model, Float32Array.of(3))).toBeCloseTo(0.25, 6);
  }
});

test('finds the parameters the data were drawn with', () => {
  const { model, converged } = fitLogistic(linearData(60_000), { l2: 0 });
  const slope = (f: number) => model.coefficients[f]! * model.scales[f]!;
  expect(converged).toBe(true);
  expect(slope(0)).toBeCloseTo(0.25, 1);
  expect(slope(1)).toBeCloseTo(1.5, 1);
  expect(model.intercept - slope(0) * model.means[0]! - slope(1) * model.means[1]!).toBeCloseTo(-3, 0);
});

test('at the optimum the gradient is zero: mean score equals the rate, inputs are balanced', () => {
  const data = linearData(5000, 0.1);
  const { model } = fitLogistic(data, { l2: 0 });
  const errors = predictBatch(model, data.columns).map((p, i) => p - data.labels[i]!);
  expect(errors.reduce((sum, error) => sum + error, 0) / 5000).toBeCloseTo(0, 6);
  data.columns.forEach((column, f) => {
    const standardised = column.map((x) => (Number.isNaN(x) ? 0 : (x - model.means[f]!) * model.scales[f]!));
    const balance = errors.reduce((sum, error, i) => sum + error * standardised[i]!, 0);
    expect(balance / 5000).toBeCloseTo(0, 6);
  });
});

test('a penalty shrinks, and keeps separable data finite', () => {
  const separable = {
    featureNames: ['x'],
    columns: [Float32Array.of(1, 2, 3, 4)],
    labels: Uint8Array.of(0, 0, 1, 1),
  };
  const weak = fitLogistic(separable, { l2: 0.01 });
  const strong = fitLogistic(separable, { l2: 10 });
  expect(weak.converged && strong.converged).toBe(true);
  expect(Number.isFinite(weak.model.coefficients[0]!)).toBe(true);
  expect(strong.model.coefficients[0]!).toBeLessThan(weak.model.coefficients[0]!);
});

test('identical inputs need a penalty', () => {
  const { columns, labels } = linearData(500);
  const twins = { featureNames: ['a', 'twin'], columns: [columns[0]!, columns[0]!], labels };
  expect(() => fitLogistic(twins, { l2: 0 })).toThrow(expect.objectContaining({ code: 'TRN_SINGULAR' }));
  const [left, right] = fitLogistic(twins, { l2: 1 }).model.coefficients;
  expect(left).toBeCloseTo(right!, 6);
});
