import { catalogue } from '../../../lib/kit/errors.ts';

/** Why no run came of a request: codes `REQUEST_*`. */
export const errors = catalogue('REQUEST', {
  USAGE: {
    status: 400,
    message: (problem: string) =>
      `${problem}; usage: node services/pipeline/requester/main.ts <job> [<parameters as JSON> | @<file>]`,
  },
  REFUSED: {
    status: 502,
    message: (job: string, status: number, answer: string) =>
      `the pipeline refused ${job} with ${status}: ${answer}`,
  },
  RUN_FAILED: {
    status: 500,
    message: (run: string, error: string) =>
      `run ${run} failed: ${error}; GET /v1/runs/${run}/logs at the pipeline tells more`,
  },
});
