import { catalogue } from '../../lib/kit/errors.ts';

/** What the pipeline refuses and why: codes `PIPELINE_*`. */
export const errors = catalogue('PIPELINE', {
  JOB_UNKNOWN: {
    status: 404,
    message: (job: string, known: string) => `there is no job ${job}; this pipeline has: ${known}`,
    field: 'job',
  },
  JOB_RUNNING: {
    status: 409,
    message: (job: string, run: string) =>
      `job ${job} is running already as ${run}; wait for it, or end it with POST /v1/runs/${run}/cancel`,
    field: 'job',
  },
  RUN_UNKNOWN: {
    status: 404,
    message: (run: string) => `there is no run ${run}; GET /v1/runs lists them`,
    field: 'id',
  },
  RUN_ENDED: {
    status: 409,
    message: (run: string, status: string) => `run ${run} has ended already: ${status}`,
    field: 'id',
  },
  PARAMETER_INVALID: {
    status: 400,
    message: (name: string, problem: string) => `parameter ${name} ${problem}`,
    field: (name: string) => name,
  },
});
