import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { benjaminiHochberg } from './benjamini-hochberg.ts';
import { chiSquareTest } from './chi-square.ts';
import { logGamma, upperGamma } from './gamma.ts';
import { kolmogorovSmirnovTest, kolmogorovSurvival } from './kolmogorov-smirnov.ts';
import { PSI_BANDS, populationStabilityIndex, psiBand } from './psi.ts';

/** What scipy says; tests/conformance/scipy_statistics.py made it and tests/conformance makes it again. */
const scipy = JSON.parse(
  readFileSync(new URL('../../tests/conformance/scipy_statistics.json', import.meta.url), 'utf8'),
) as {
  pairs: {
    name: string;
    a: number[];
    b: number[];
    psi: number;
    chi_square: { statistic: number; p: number };
    kolmogorov_smirnov: { statistic: number; p: number; p_scipy: number };
  }[];
  kolmogorov: { x: number; survival: number }[];
  upper_gamma: { a: number; x: number; q: number }[];
  log_gamma: { a: number; value: number }[];
  benjamini_hochberg: { values: number[]; corrected: number[] }[];
};

/** Equal to `digits` significant digits, and far in a tail to the order of magnitude scipy still resolves. */
function expectClose(ours: number, theirs: number, relative = 1e-10): void {
  expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(relative * Math.abs(theirs) + 1e-15);
}

describe.each(scipy.pairs)('two samples: $name', ({ a, b, ...theirs }) => {
  test('PSI', () => expectClose(populationStabilityIndex(a, b), theirs.psi));

  test('chi-square', () => {
    const ours = chiSquareTest(a, b);
    expectClose(ours.statistic, theirs.chi_square.statistic);
    expectClose(ours.p, theirs.chi_square.p);
  });

  test('Kolmogorov-Smirnov', () => {
    const ours = kolmogorovSmirnovTest(a, b);
    expectClose(ours.statistic, theirs.kolmogorov_smirnov.statistic);
    expectClose(ours.p, theirs.kolmogorov_smirnov.p);
    // scipy's own p is of the exact one-sample distribution; ours comes near it.
    expect(Math.abs(ours.p - theirs.kolmogorov_smirnov.p_scipy)).toBeLessThan(0.05);
  });
});

test('the distributions behind the tests', () => {
  for (const { x, survival } of scipy.kolmogorov) expectClose(kolmogorovSurvival(x), survival);
  for (const { a, x, q } of scipy.upper_gamma) expectClose(upperGamma(a, x), q);
  for (const { a, value } of scipy.log_gamma) expect(logGamma(a)).toBeCloseTo(value, 10);
});

test('correction for many tests', () => {
  for (const { values, corrected } of scipy.benjamini_hochberg) {
    const ours = benjaminiHochberg(values);
    expect(ours).toHaveLength(corrected.length);
    for (const [i, theirs] of corrected.entries()) expectClose(ours[i]!, theirs);
  }
});

test('bands of the PSI', () => {
  expect([0.0999, 0.1, 0.1001, 0.2, 0.2001].map(psiBand)).toEqual([
    'stable',
    'stable',
    'investigate',
    'investigate',
    'act',
  ]);
  expect(PSI_BANDS).toEqual({ investigate: 0.1, act: 0.2 });
});

test('what cannot be compared is refused with the reason', () => {
  expect(() => populationStabilityIndex([1, 2], [1])).toThrow('2 bins against 1');
  expect(() => chiSquareTest([1, 2], [0, 0])).toThrow('a sample is empty');
  expect(() => kolmogorovSmirnovTest([1, -2], [1, 1])).toThrow('bin 1 holds -2');
  expect(() => benjaminiHochberg([0.2, Number.NaN])).toThrow('NaN is no p-value');
  expect(() => upperGamma(0, 1)).toThrow('use a > 0');
});
