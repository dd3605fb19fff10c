import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import { waitFor } from '../../../lib/kit/wait.ts';
import type { Surroundings } from '../definition.ts';
import { errors } from '../errors.ts';
import type { Layout } from '../layout.ts';
import { definePreparation } from '../preparation.ts';

const MODEL = 'fraud';
const DEADLINE_MS = 300_000;

interface Run {
  id: string;
  status: string;
  error?: string | null;
}

/** Trains the first champion on the history, the way any later one is trained. */
export default definePreparation({
  name: 'first-model',
  title: 'training the first model',
  dependsOn: ['registry', 'features', 'pipeline'],
  needed: ({ layout }) =>
    access(markOf(layout)).then(
      () => false,
      () => true,
    ),
  async run({ urlOf, secrets, layout }: Surroundings) {
    if (!(await hasChampion(urlOf('registry')))) await train(urlOf('pipeline'), secrets.admin);
    await writeFile(markOf(layout), '');
  },
});

/** Asked before the registry runs, so it cannot be the registry that answers. */
const markOf = ({ state }: Layout): string => join(state, `first-model-${MODEL}`);

async function hasChampion(registry: string): Promise<boolean> {
  const { statusCode, body } = await request(`${registry}/v1/models/${MODEL}/aliases/champion`);
  await body.dump();
  return statusCode === 200;
}

async function train(pipeline: string, token: string): Promise<void> {
  const started = await request(`${pipeline}/v1/jobs/train/runs`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'x-actor': 'platform',
    },
    body: JSON.stringify({ model: MODEL, promote: true }),
  });
  const run = (await started.body.json()) as Run & { error?: { message: string } };
  if (started.statusCode >= 300) {
    throw errors.JOB_FAILED('train', run.error?.message ?? `status ${started.statusCode}`);
  }
  await waitFor('the first model', async () => finished(`${pipeline}/v1/runs/${run.id}`), {
    deadlineMs: DEADLINE_MS,
    everyMs: 200,
  }).then((ended) => {
    if (ended.status !== 'succeeded') throw errors.JOB_FAILED('train', ended.error ?? ended.status);
  });
}

async function finished(url: string): Promise<Run | undefined> {
  const run = (await (await request(url)).body.json()) as Run;
  return ['queued', 'running'].includes(run.status) ? undefined : run;
}
