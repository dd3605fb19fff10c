import { call } from '../../../lib/kit/call.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import type { Run } from '../runs/store.ts';
import type { Config } from './config.ts';
import { errors } from './errors.ts';

const EVERY_MS = 500;
const ANSWERS_WITHIN_MS = 10_000;

/**
 * Asks the pipeline for a run and waits for its end: for programs that are started at a time, like a cron job. Waits
 * for a pipeline that is not there yet, and for a run of the same job that is under way.
 * @returns the run, or undefined where UNLESS_ALIAS says that nothing is to be done
 * @throws AppError REQUEST_REFUSED, REQUEST_RUN_FAILED, WAIT_DEADLINE
 */
export async function requestRun(
  config: Config,
  job: string,
  parameters: Record<string, unknown>,
): Promise<Run | undefined> {
  const end = performance.now() + config.DEADLINE_SECONDS * 1_000;
  const until = <T>(condition: string, look: () => Promise<T | false>) =>
    waitFor(condition, look, { deadlineMs: Math.max(0, end - performance.now()), everyMs: EVERY_MS });

  if (config.UNLESS_ALIAS !== '') {
    const [model, alias] = config.UNLESS_ALIAS.split('/') as [string, string];
    const path = `/v1/models/${encodeURIComponent(model)}/aliases/${encodeURIComponent(alias)}`;
    const { status } = await until('the registry to answer', async () => {
      const answer = await ask(`${config.REGISTRY_URL}${path}`);
      return (answer.status === 200 || answer.status === 404) && answer;
    });
    if (status === 200) return undefined;
  }

  const path = `/v1/jobs/${encodeURIComponent(job)}/runs`;
  const started = await until(`the pipeline to take ${job}`, async () => {
    const answer = await ask(`${config.PIPELINE_URL}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${config.ADMIN_TOKEN}`,
        'x-actor': config.ACTOR,
      },
      body: JSON.stringify(parameters),
    });
    // Another run of it is under way, or the pipeline is starting or ending.
    return answer.status !== 409 && answer.status !== 503 && answer;
  });
  if (started.status !== 202) throw errors.REFUSED(job, started.status, await started.text());

  const { id } = (await started.json()) as Run;
  const run = await until(`run ${id} to end`, async () => {
    const answer = await ask(`${config.PIPELINE_URL}/v1/runs/${encodeURIComponent(id)}`);
    const seen = (await answer.json()) as Run;
    return answer.status === 200 && seen.status !== 'running' && seen;
  });
  if (run.status !== 'succeeded') throw errors.RUN_FAILED(id, run.error ?? run.status);
  return run;
}

const ask = (url: string, options: Parameters<typeof call>[1] = {}) =>
  call(url, { ...options, signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
