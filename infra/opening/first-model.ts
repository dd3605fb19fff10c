import { call } from '../../lib/kit/call.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { errors } from './errors.ts';

const MODEL = 'fraud';
const DEADLINE_MS = 600_000;

interface Run {
  id: string;
  status: string;
  error?: string | { message: string } | null;
}

/** Trains the first champion on the history, the way any later one is trained. Repeatable. */
export async function trainFirstModel(registry: string, pipeline: string, token: string): Promise<void> {
  if ((await call(`${registry}/v1/models/${MODEL}/aliases/champion`)).status === 200) return;
  const started = await call(`${pipeline}/v1/jobs/train/runs`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'x-actor': 'platform',
    },
    body: JSON.stringify({ model: MODEL, promote: true }),
  });
  const run = (await started.json()) as Run;
  if (!started.ok) throw errors.TRAINING_FAILED(problemOf(run));
  const last = await waitFor('the first model', () => finished(`${pipeline}/v1/runs/${run.id}`), {
    deadlineMs: DEADLINE_MS,
    everyMs: 200,
  });
  if (last.status !== 'succeeded') throw errors.TRAINING_FAILED(problemOf(last));
}

async function finished(url: string): Promise<Run | undefined> {
  const run = (await (await call(url)).json()) as Run;
  return ['queued', 'running'].includes(run.status) ? undefined : run;
}

const problemOf = ({ error, status }: Run): string =>
  (typeof error === 'object' ? error?.message : error) ?? status;
