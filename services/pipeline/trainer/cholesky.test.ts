import { expect, test } from 'vitest';
import { solvePositiveDefinite } from './cholesky.ts';

test('solves by the lower triangle alone', () => {
  // [[4, 2], [2, 3]] x = [8, 7]; the upper entry is never read.
  const x = solvePositiveDefinite(Float64Array.of(4, Number.NaN, 2, 3), Float64Array.of(8, 7))!;
  expect(x[0]).toBeCloseTo(1.25, 12);
  expect(x[1]).toBeCloseTo(1.5, 12);
});

test('refuses matrices that are not positive definite', () => {
  expect(solvePositiveDefinite(Float64Array.of(1, 0, 1, 1), Float64Array.of(1, 1))).toBeUndefined();
  expect(solvePositiveDefinite(Float64Array.of(-1), Float64Array.of(1))).toBeUndefined();
});
