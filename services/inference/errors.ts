import { catalogue } from '../../lib/kit/errors.ts';

/** What a caller can be told: codes `INF_*`. */
export const errors = catalogue('INF', {
  NOT_READY: {
    status: 503,
    message: (reason: string) => `no model is ready to score (${reason}); try again shortly`,
  },
  TIMESTAMP: {
    status: 400,
    message: (given: string) =>
      `transaction.timestamp ${given} is no moment in time; use for example 2025-03-03T12:00:00.000Z`,
    field: 'transaction.timestamp',
  },
  SCORE_NOT_FINITE: {
    status: 503,
    message: (version: string) =>
      `model version ${version} answered something other than a number for this transaction; roll it back`,
  },
  SCORING_FAILED: {
    status: 503,
    message: (version: string, problem: string) => `model version ${version} could not be run: ${problem}`,
  },
});
