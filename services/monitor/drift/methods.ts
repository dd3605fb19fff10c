import { chiSquareTest } from '../../../lib/stats/chi-square.ts';
import { kolmogorovSmirnovTest } from '../../../lib/stats/kolmogorov-smirnov.ts';
import type { TestResult } from '../../../lib/stats/two-sample.ts';

export interface Method {
  /** Name in answers. */
  test: string;
  /** @param reference counts per bin expected without drift; @param observed counts per bin of the window */
  run(reference: ArrayLike<number>, observed: ArrayLike<number>): TestResult;
}

/** Which test belongs to which kind of feature. Another method is a file in lib/stats and a line here. */
export const METHODS: Record<'number' | 'category', Method> = {
  number: { test: 'kolmogorov_smirnov', run: kolmogorovSmirnovTest },
  category: { test: 'chi_square', run: chiSquareTest },
};
