import { AppError, catalogue } from '../../../lib/kit/errors.ts';

/** Why a model version does not get traffic: codes `MODEL_*`. */
export const errors = catalogue('MODEL', {
  UNRESOLVED: {
    status: 503,
    message: (what: string, problem: string) => `the registry did not say what ${what} is: ${problem}`,
  },
  MANIFEST_INVALID: {
    status: 502,
    message: (what: string, problem: string) => `the registry's answer for ${what} is not usable: ${problem}`,
  },
  ARTIFACT_UNAVAILABLE: {
    status: 503,
    message: (digest: string, problem: string) => `artifact ${digest} could not be fetched: ${problem}`,
  },
  DIGEST_MISMATCH: {
    status: 502,
    message: (digest: string, got: string) =>
      `artifact ${digest} arrived as ${got}; the registry's file is damaged`,
  },
  VIEW_UNAVAILABLE: {
    status: 503,
    message: (view: string, problem: string) => `feature view ${view} could not be had: ${problem}`,
  },
  INPUTS_DIFFER: {
    status: 502,
    message: (view: string, position: number, wants: string, has: string) =>
      `input ${position} of the model is ${wants} but feature ${position} of ${view} is ${has}; pin the view it was trained on`,
  },
  NOT_ONNX: {
    status: 502,
    message: (digest: string, problem: string) => `artifact ${digest} is not a model to serve: ${problem}`,
  },
  GOLDEN_DIFFERS: {
    status: 502,
    message: (index: number, wants: number, got: number) =>
      `golden request ${index} scores ${got} instead of ${wants}; these are not the bytes that were evaluated`,
  },
  TOO_SLOW: {
    status: 502,
    message: (took: number, most: number) =>
      `one row takes ${took.toFixed(1)} ms and may take ${most}; make the model smaller, or raise model.max_row_ms`,
  },
});

/** A refusal as the label of a metric: one of the catalogue's codes in lower case, or `other`. */
export const reasonOf = (error: unknown): string =>
  error instanceof AppError && error.code.startsWith('MODEL_')
    ? error.code.slice('MODEL_'.length).toLowerCase()
    : 'other';
