import { catalogue } from '../../../lib/kit/errors.ts';

/** Refusals of the Open Inference Protocol; only the message goes out, as `{"error": string}`. */
export const errors = catalogue('V2', {
  MODEL_UNKNOWN: {
    status: 404,
    message: (name: string, known: string) => `there is no model ${name} here; this server has ${known}`,
  },
  VERSION_UNKNOWN: {
    status: 404,
    message: (name: string, version: string, served: string) =>
      `version ${version} of ${name} is not served; version ${served} is`,
  },
  NOT_READY: {
    status: 503,
    message: (name: string, problem: string) => `model ${name} is not ready: ${problem}`,
  },
  INPUT: {
    status: 400,
    message: (problem: string) => problem,
  },
  LOAD_FAILED: {
    status: 400,
    message: (name: string, problem: string) => `model ${name} could not be loaded: ${problem}`,
  },
});
