import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelVersion } from '../../lib/contract/registry.ts';
import { createClock, OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import { readConfig } from '../../lib/kit/config.ts';
import { InferenceSession, Tensor } from '../../lib/kit/onnx/runtime.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { buildPipeline } from '../../services/pipeline/app.ts';
import { Config } from '../../services/pipeline/config.ts';
import { openRuns, type Run } from '../../services/pipeline/runs/store.ts';
import { startFeatures, type TestFeatures } from '../support/features.ts';
import { freePort } from '../support/ports.ts';
import { digestOf, startRegistry, type TestRegistry, TOKEN } from '../support/registry.ts';

let features: TestFeatures;
let registry: TestRegistry;
let home: string;
let url: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  features = await startFeatures(20_000);
  registry = await startRegistry();
  home = mkdtempSync(join(tmpdir(), 'pipeline-'));
  const config = await configFor(home);
  const { service } = await buildPipeline(config);
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`;
  stop = () => service.lifecycle.stop();
});
afterAll(async () => {
  await stop?.();
  await registry?.forget();
  await features?.stop();
  rmSync(home, { recursive: true, force: true });
});

/** A clock at real speed: the cut of a run does not depend on how long the tests before it took. */
const configFor = async (stateDir: string) =>
  readConfig(Config, {
    SERVICE_NAME: 'pipeline',
    PORT: '0',
    LOG_LEVEL: 'silent',
    ADMIN_TOKEN: TOKEN,
    CLOCK_WALL_EPOCH_MS: String(Date.now()),
    CLOCK_BUSINESS_EPOCH_MS: String(OPENING_DAY_MS),
    DRILL_DAY_SECONDS: '86400',
    STATE_DIR: stateDir,
    EVENT_LOG_URL: `redis://127.0.0.1:${await freePort()}`,
    FEATURES_URL: features.url,
    REGISTRY_URL: registry.url,
  });

const post = (path: string, body: object = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'x-actor': 'ada' },
    body: JSON.stringify(body),
  });

const runToEnd = async (parameters: object): Promise<Run> => {
  const response = await post('/v1/jobs/train/runs', parameters);
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as Run;
  return waitFor(
    `run ${id} to end`,
    async () => {
      const run = (await (await fetch(`${url}/v1/runs/${id}`)).json()) as Run;
      return run.status !== 'running' && run;
    },
    { deadlineMs: 60_000, everyMs: 50 },
  );
};

test('a training run registers and promotes a complete version', { timeout: 90_000 }, async () => {
  const run = await runToEnd({ model: 'fraud', promote: true });
  const log = await (await fetch(`${url}/v1/runs/${run.id}/logs`)).text();
  expect(run, log).toMatchObject({ status: 'succeeded', error: null, requested_by: 'ada' });
  expect(run.result).toMatchObject({ model: 'fraud', version: '1', promoted: true });

  const champion: ModelVersion = (await registry.call('GET', '/v1/models/fraud/aliases/champion')).body;
  const { manifest } = champion;
  expect(manifest).toMatchObject({
    run_id: run.id,
    algorithm: 'boosted_trees',
    dataset: { from: '2025-01-31T00:00:00.000Z', to: '2025-03-02T00:00:00.000Z' },
    feature_view: { name: 'fraud', version: 1 },
  });
  expect(manifest.metrics.overall!.auc).toBeGreaterThan(0.8);
  expect(Object.keys(manifest.metrics)).toEqual(
    expect.arrayContaining(['channel:terminal', 'channel:webshop', 'device:new', 'device:known']),
  );
  expect(manifest.thresholds.decline).toBeGreaterThanOrEqual(manifest.thresholds.review);
  expect(Object.keys(manifest.baselines)).toEqual([...manifest.inputs.map(({ name }) => name), 'score']);

  // Whoever loads the artifact gets the golden scores.
  const artifact = await fetch(`${registry.url}/v1/artifacts/${manifest.digest}`);
  const bytes = new Uint8Array(await artifact.arrayBuffer());
  expect(digestOf(bytes)).toBe(manifest.digest);
  const session = await InferenceSession.create(bytes);
  expect(manifest.golden).toHaveLength(20);
  for (const { features: row, score } of manifest.golden) {
    const input = new Tensor('float32', Float32Array.from(row), [1, row.length]);
    const { probabilities } = await session.run({ features: input });
    expect(Math.abs((probabilities!.data as Float32Array)[1]! - score)).toBeLessThanOrEqual(1e-5);
  }

  expect(log).toContain('champion is now version 1');
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('firedrill_pipeline_runs_total{job="train",status="succeeded"} 1');
  const [, trainedTo] =
    /firedrill_model_trained_timestamp_seconds\{model="fraud"\} (\S+)/.exec(metrics) ?? [];
  expect(Date.UTC(2025, 2, 2) / 1_000 - Number(trainedTo)).toBeGreaterThan(0);
  expect(Date.UTC(2025, 2, 2) / 1_000 - Number(trainedTo)).toBeLessThan(600);
});

test('the same data and seed give the same bytes', { timeout: 90_000 }, async () => {
  const range = { from: '2025-02-01T00:00:00.000Z', to: '2025-03-01T00:00:00.000Z' };
  const [first, second] = [
    await runToEnd({ model: 'same', ...range }),
    await runToEnd({ model: 'same', ...range }),
  ];
  expect(first.result?.digest).toBe(second.result?.digest);
  expect([first.result?.version, second.result?.version]).toEqual(['1', '2']);
  expect(await registry.call('GET', '/v1/models/same/aliases/champion')).toMatchObject({ status: 404 });
});

test('a gate that says no keeps the alias where it was, unless overridden', { timeout: 90_000 }, async () => {
  const refused = await runToEnd({ model: 'gated', promote: true, min_auc: 0.999 });
  expect(refused.status).toBe('failed');
  expect(refused.error).toMatch(/version 1 is registered but not promoted: AUC 0\.\d+ on the test rows/);
  expect(await registry.call('GET', '/v1/models/gated/aliases/champion')).toMatchObject({ status: 404 });
  const forced = await runToEnd({ model: 'gated', promote: true, min_auc: 0.999, override: true });
  expect(forced).toMatchObject({ status: 'succeeded', result: { promoted: true, version: '2' } });
});

test('labels that have not matured are not learnt from', { timeout: 60_000 }, async () => {
  // The last day reaches into the present: about half of its labels are still on the way.
  const range = { from: '2025-02-21T00:00:00.000Z', to: '2025-03-03T00:00:00.000Z' };
  const run = await runToEnd({ model: 'recent', ...range });
  expect(run.status).toBe('succeeded');
  const { body } = await registry.call('GET', '/v1/models/recent/versions/1');
  expect(body.manifest.dataset.rows).toBeGreaterThan(18_500);
  expect(body.manifest.dataset.rows).toBeLessThan(19_500);
});

test('one run per job at a time; a cancelled one says who ended it', { timeout: 60_000 }, async () => {
  const { id } = (await (await post('/v1/jobs/train/runs')).json()) as Run;
  const second = await post('/v1/jobs/train/runs');
  expect(second.status).toBe(409);
  expect(await second.json()).toMatchObject({ error: { code: 'PIPELINE_JOB_RUNNING', field: 'job' } });
  const cancelled = await post(`/v1/runs/${id}/cancel`);
  expect(await cancelled.json()).toMatchObject({ id, status: 'failed', error: 'cancelled by ada' });
  expect((await post(`/v1/runs/${id}/cancel`)).status).toBe(409);
});

test.each([
  ['/v1/jobs/tidy/runs', {}, 404, 'job'],
  ['/v1/jobs/train/runs', { days: 'many' }, 400, 'days'],
  ['/v1/jobs/train/runs', { day: 3 }, 400, 'day'],
  ['/v1/jobs/train/runs', { from: 'yesterday' }, 400, 'from'],
  ['/v1/runs/train-none/cancel', {}, 404, 'id'],
])('POST %s %j answers %d and names %s', async (path, body, status, field) => {
  const response = await post(path, body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { field } });
});

test('jobs are listed with their parameters; starting one needs the token', async () => {
  const { jobs } = (await (await fetch(`${url}/v1/jobs`)).json()) as {
    jobs: { name: string; parameters: object }[];
  };
  expect(jobs.find(({ name }) => name === 'train')).toMatchObject({
    parameters: { properties: { seed: { default: 7 } } },
  });
  expect((await fetch(`${url}/v1/jobs/train/runs`, { method: 'POST' })).status).toBe(401);
});

test('another job is another file, and what goes wrong in it is told', { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'jobs-'));
  const job = (body: string, timeoutSeconds = 60) =>
    `export default { description: 'd', parameters: {}, timeoutSeconds: ${timeoutSeconds}, run: async () => { ${body} } };`;
  writeFileSync(join(folder, 'breaks.ts'), job("throw new Error('disk on strike')"));
  writeFileSync(
    join(folder, 'dies.ts'),
    job("process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})"),
  );
  writeFileSync(join(folder, 'hangs.ts'), job('await new Promise(() => setInterval(() => {}, 1000))', 0.5));
  const config = await configFor(join(folder, 'state'));
  const { service, runs } = await buildPipeline(config, new URL(`file://${folder}/`));
  const start = async (name: string) => {
    const response = await service.app.inject({
      method: 'POST',
      url: `/v1/jobs/${name}/runs`,
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    const { id } = response.json() as Run;
    return waitFor(`${name} to end`, () => runs.get(id).status !== 'running' && runs.get(id), {
      deadlineMs: 20_000,
    });
  };
  const [breaks, dies, hangs] = await Promise.all([start('breaks'), start('dies'), start('hangs')]);
  expect(breaks.error).toBe('disk on strike');
  expect(dies.error).toMatch(/ended with signal SIGKILL/);
  expect(hangs.error).toBe('the run took longer than 0.5 s');
  await service.lifecycle.stop();
  rmSync(folder, { recursive: true });
});

test('a run that was under way when the service died has failed at the next start', async () => {
  const state = mkdtempSync(join(tmpdir(), 'state-'));
  const config = await configFor(state);
  const clock = createClock({ wallEpochMs: 0, businessEpochMs: 0, daySeconds: 60 });
  const before = openRuns(join(state, 'runs.db'), clock);
  before.begin({ id: 'train-1', job: 'train', parameters: {}, requested_by: 'ada' });
  before.close();
  const { service, runs } = await buildPipeline(config);
  expect(runs.get('train-1')).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('start it again'),
  });
  await service.lifecycle.stop();
  rmSync(state, { recursive: true });
});
