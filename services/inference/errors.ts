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
  FEATURES_MISSING: {
    status: 503,
    message: (model: string, reason: string) =>
      `${model} does not decide without features, and the online store did not give them (${reason}); send the same transaction again`,
  },
  FEATURES_OUTDATED: {
    status: 503,
    message: (model: string, limit: number | null) =>
      `${model} does not decide on features more than ${limit} business seconds behind; see the feature pipeline, then send the same transaction again`,
  },
  OVERLOADED: {
    status: 503,
    message: (reason: string) =>
      `inference has more to do than it can (${reason}) and has not looked at this transaction; wait as long as retry-after says, then send it again`,
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
