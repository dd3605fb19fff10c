import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { readConfig } from '../../../lib/kit/config.ts';
import { freePort } from '../../../tests/support/ports.ts';
import {
  digestOf,
  sampleManifest,
  startRegistry,
  type TestRegistry,
} from '../../../tests/support/registry.ts';
import { buildPipeline } from '../app.ts';
import { Config as PipelineConfig } from '../config.ts';
import { Config } from './config.ts';
import { requestRun } from './request.ts';

const TOKEN = 'a-token-for-tests-only';
const JOB = (run: string) => `
import Type from ${JSON.stringify(import.meta.resolve('typebox'))};
export default {
  description: 'For the test.',
  parameters: { to: Type.Integer({ default: 3, minimum: 1 }) },
  timeoutSeconds: 20,
  async run({ to }) { ${run} },
};`;

let home: string;
let port: number;
let stop: (() => Promise<void>) | undefined;
let registry: TestRegistry;

async function startPipeline(): Promise<void> {
  const config = readConfig(PipelineConfig, {
    SERVICE_NAME: 'pipeline',
    PORT: String(port),
    LOG_LEVEL: 'silent',
    ADMIN_TOKEN: TOKEN,
    CLOCK_WALL_EPOCH_MS: String(Date.now()),
    CLOCK_BUSINESS_EPOCH_MS: String(OPENING_DAY_MS),
    STATE_DIR: join(home, 'state'),
    EVENT_LOG_URL: `redis://127.0.0.1:${await freePort()}`,
    FEATURES_URL: 'http://127.0.0.1:1',
    REGISTRY_URL: registry.url,
  });
  const { service } = await buildPipeline(config, pathToFileURL(`${join(home, 'jobs')}/`));
  await service.app.listen({ host: '127.0.0.1', port });
  stop = () => service.lifecycle.stop();
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'requester-'));
  mkdirSync(join(home, 'jobs'));
  mkdirSync(join(home, 'state'));
  writeFileSync(join(home, 'jobs', 'count.ts'), JOB('return { counted: to };'));
  writeFileSync(join(home, 'jobs', 'break.ts'), JOB("throw new Error('the abacus fell down');"));
  writeFileSync(
    join(home, 'jobs', 'dawdle.ts'),
    JOB("await (await import('node:timers/promises')).setTimeout(1500); return { to };"),
  );
  registry = await startRegistry();
  port = await freePort();
});
afterAll(async () => {
  await stop?.();
  await registry?.forget();
  rmSync(home, { recursive: true, force: true });
});

const environment = (more: Record<string, string> = {}) => ({
  PIPELINE_URL: `http://127.0.0.1:${port}`,
  ADMIN_TOKEN: TOKEN,
  ACTOR: 'ada',
  DEADLINE_SECONDS: '20',
  ...more,
});
const configOf = (more?: Record<string, string>) => readConfig(Config, environment(more));

test('waits for a pipeline that is not there yet, and answers with the run as it ended', async () => {
  const asked = requestRun(configOf(), 'count', { to: 7 });
  await startPipeline();
  expect(await asked).toMatchObject({ status: 'succeeded', requested_by: 'ada', result: { counted: 7 } });
});

test('a failed run is an error with the reason of the run', async () => {
  await expect(requestRun(configOf(), 'break', {})).rejects.toThrow(/^run break-\w+ failed: the abacus fell/);
});

test.each([
  ['a job that is unknown', 'dance', {}, TOKEN, /404.*there is no job dance/],
  ['a parameter that is wrong', 'count', { to: 0 }, TOKEN, /400.*parameter to/],
  ['a wrong token', 'count', {}, 'sixteen characters or more', /401/],
])('%s is refused at once, not tried until the deadline', async (_case, job, parameters, token, words) => {
  const refused = requestRun(configOf({ ADMIN_TOKEN: token }), job, parameters);
  await expect(refused).rejects.toMatchObject({
    code: 'REQUEST_REFUSED',
    message: expect.stringMatching(words),
  });
});

test('two that want the same job take turns', async () => {
  const both = await Promise.all([
    requestRun(configOf(), 'dawdle', { to: 1 }),
    requestRun(configOf(), 'dawdle', { to: 2 }),
  ]);
  expect(both.map((run) => run?.result)).toEqual([{ to: 1 }, { to: 2 }]);
  expect(new Set(both.map((run) => run?.id)).size).toBe(2);
});

test('nothing is asked for where the registry has the alias, and something where it has not', async () => {
  const unless = { UNLESS_ALIAS: 'fraud/champion', REGISTRY_URL: registry.url };
  expect(await requestRun(configOf(unless), 'count', {})).toMatchObject({ status: 'succeeded' });

  const bytes = Buffer.from('a model');
  await registry.call('PUT', `/v1/artifacts?digest=${digestOf(bytes)}`, bytes);
  await registry.call('POST', '/v1/models/fraud/versions', { manifest: sampleManifest(digestOf(bytes)) });
  const moved = await registry.call('PUT', '/v1/models/fraud/aliases/champion', { version: '1' });
  expect(moved.status).toBe(200);
  expect(await requestRun(configOf(unless), 'count', {})).toBeUndefined();
});

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const program = (...args: string[]) =>
  new Promise<{ status: number; said: string }>((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env: environment() }, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, said: out + err }),
    );
  });

test('as a program: parameters from a file, one line of JSON, a status', async () => {
  const file = join(home, 'parameters.json');
  writeFileSync(file, '{"to": 4}');
  const good = await program('count', `@${file}`);
  expect(good.status).toBe(0);
  expect(JSON.parse(good.said)).toMatchObject({ status: 'succeeded', parameters: { to: 4 } });
  expect(await program('count', '{to')).toEqual({
    status: 1,
    said: expect.stringMatching(/^REQUEST_USAGE: the parameters cannot be read .+; usage: .+\n$/),
  });
});
