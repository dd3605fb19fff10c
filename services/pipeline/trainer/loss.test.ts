import { expect, test } from 'vitest';
import { fillDerivatives, meanLogLoss, sigmoid } from './loss.ts';

const scores = Float64Array.of(-2, 0.3, 1.7, 4);
const labels = Uint8Array.of(0, 1, 1, 0);
const weights = Float32Array.of(1, 2, 0.5, 1);

test('derivatives equal finite differences of the loss, on the sampled rows only', () => {
  const gradients = new Float32Array(4);
  const hessians = new Float32Array(4);
  fillDerivatives(scores, labels, weights, Int32Array.of(2, 0, 1, 3), 3, gradients, hessians);
  const lossAt = (row: number, score: number) =>
    weights[row]! * meanLogLoss(Float64Array.of(score), labels.subarray(row, row + 1));
  const step = 1e-3;
  for (const row of [0, 1, 2]) {
    const [below, here, above] = [-step, 0, step].map((move) => lossAt(row, scores[row]! + move)) as [
      number,
      number,
      number,
    ];
    expect(gradients[row]).toBeCloseTo((above - below) / (2 * step), 5);
    expect(hessians[row]).toBeCloseTo((above - 2 * here + below) / step ** 2, 4);
  }
  expect([gradients[3], hessians[3]]).toEqual([0, 0]);
});

test('extreme scores neither overflow nor become NaN', () => {
  expect([sigmoid(-1000), sigmoid(1000)]).toEqual([0, 1]);
  expect(meanLogLoss(Float64Array.of(1000, -1000), Uint8Array.of(1, 0))).toBe(0);
  expect(meanLogLoss(Float64Array.of(-1000), Uint8Array.of(1))).toBe(1000);
});

test('the mean is by weight', () => {
  const two = meanLogLoss(Float64Array.of(0, 2), Uint8Array.of(1, 0), Float32Array.of(3, 1));
  expect(two).toBeCloseTo((3 * Math.log(2) + Math.log(1 + Math.exp(2))) / 4, 12);
});
