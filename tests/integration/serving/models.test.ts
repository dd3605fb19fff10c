import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../../lib/kit/wait.ts';
import { TOKEN } from '../../support/registry.ts';
import { type Bank, openBank, post, sample, serves } from '../../support/serving/bank.ts';

let bank: Bank;
let inference: Awaited<ReturnType<Bank['startInference']>>;

beforeAll(async () => {
  bank = await openBank();
  inference = await bank.startInference('eu');
});
afterAll(() => bank.stop());

const version = () => inference.serving.current?.identity.version;
const failures = (reason: string) =>
  sample(inference.url, `firedrill_model_load_failures_total{model="fraud",reason="${reason}"}`);
const refused = (reason: string) =>
  waitFor(`a refusal because of ${reason}`, async () => ((await failures(reason)) ?? 0) > 0, {
    deadlineMs: 10_000,
    everyMs: 50,
  });
const isRefused = async (version: string, reason: string) =>
  (await sample(
    inference.url,
    `firedrill_model_refused{model="fraud",version="${version}",reason="${reason}"}`,
  )) === 1;
const artifactFile = (digest: string) =>
  join(bank.registry.home, 'artifacts', 'sha256', digest.slice('sha256:'.length));
const digestOf = async (version: string): Promise<string> =>
  (await bank.registry.call('GET', `/v1/models/fraud/versions/${version}`)).body.manifest.digest;

test('without a champion inference is alive, not ready, and says why', async () => {
  expect((await fetch(`${inference.url}/healthz`)).status).toBe(200);
  const ready = await fetch(`${inference.url}/readyz`);
  expect(ready.status).toBe(503);
  expect((await ready.json()) as unknown).toMatchObject({
    reasons: [expect.stringMatching(/^model: .*champion/)],
  });
  const { status, headers, body } = await post(`${inference.url}/v1/score`, {
    transaction: bank.traffic.requests[0],
  });
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toBe('1');
  expect(body.error.code).toBe('INF_NOT_READY');
});

test('the first champion is served and the registry hears of it', async () => {
  await bank.promote(await bank.register('one'));
  await serves(inference, '1');
  const confirmed = await waitFor(
    'a confirmation',
    async () => (await bank.registry.call('GET', '/v1/deployments')).body.deployments[0]?.confirmed[0],
    { deadlineMs: 5_000, everyMs: 50 },
  );
  expect(confirmed).toMatchObject({ region: 'eu', version: '1', in_step: true });
});

test('a new champion takes over without a failed request', async () => {
  await bank.register('two');
  let reloaded = false;
  const seen = new Set<string>();
  const traffic = (async () => {
    for (let i = 0; !reloaded; i++) {
      const transaction = { ...bank.traffic.requests[i % 100]!, id: `swap-${i}` };
      const { status, body } = await post(`${inference.url}/v1/score`, { transaction });
      expect(status).toBe(200);
      seen.add(body.model.version);
    }
  })();
  await bank.promote('2');
  await waitFor('answers of version 2', () => seen.has('2'), { deadlineMs: 15_000, everyMs: 20 });
  reloaded = true;
  await traffic;
  expect([...seen]).toEqual(['1', '2']);
});

test('a version that fails its golden requests is refused and the old one stays', async () => {
  const features = Array.from({ length: bank.view.features.length }, () => 1);
  await bank.promote(await bank.register('liar', { golden: [{ features, score: 0.123 }] }));
  await refused('golden_differs');
  expect(version()).toBe('2');
  const ready = await fetch(`${inference.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(JSON.stringify(await ready.json())).toContain('version 3 is refused: golden request 0 scores');
  expect(await isRefused('3', 'golden_differs')).toBe(true);
});

test('a version trained on other columns is refused', async () => {
  const { manifest } = (await bank.registry.call('GET', '/v1/models/fraud/versions/1')).body;
  const [first, second, ...rest] = manifest.inputs;
  await bank.promote(await bank.register('shuffled', { inputs: [second, first, ...rest] }));
  await refused('inputs_differ');
  expect(version()).toBe('2');
  expect(await isRefused('3', 'golden_differs')).toBe(false);
});

test('a damaged artifact is refused, and served once it is mended', async () => {
  const damaged = await bank.register('damaged');
  await bank.promote(damaged);
  await serves(inference, damaged);
  await waitFor('no refusal to be shown any more', async () => !(await isRefused('4', 'inputs_differ')), {
    deadlineMs: 5_000,
    everyMs: 50,
  });
  await bank.promote('2');
  await serves(inference, '2');

  const next = await bank.register('mended');
  const file = artifactFile(await digestOf(next));
  const good = readFileSync(file);
  writeFileSync(file, good.subarray(0, 100));
  const later = await bank.startInference('us', { MODEL_VERSION: next });
  await waitFor('a refusal', () => later.serving.problem?.includes('is refused: artifact'), {
    deadlineMs: 10_000,
    everyMs: 20,
  });
  expect(later.serving.current).toBeUndefined();
  writeFileSync(file, good);
  await serves(later, next);
});

test('a pinned version stays, whatever the alias says', async () => {
  const pinned = await bank.startInference('us', { MODEL_VERSION: '1' });
  await serves(pinned, '1');
  await bank.promote('2');
  await pinned.serving.sync();
  expect(pinned.serving.current?.identity.version).toBe('1');
});

test('a view that nobody has keeps a pinned inference from serving', async () => {
  const pinned = await bank.startInference('us', { FEATURE_VIEW: 'fraud@7' });
  await waitFor('a refusal', () => pinned.serving.problem?.includes('fraud@7 could not be had'), {
    deadlineMs: 10_000,
    everyMs: 20,
  });
  expect(pinned.serving.current).toBeUndefined();
});

test('a restart without registry and features serves what was served last', async () => {
  const STATE_DIR = join(bank.registry.home, 'inference-state');
  const before = await bank.startInference('eu', { STATE_DIR });
  await serves(before, '2');
  await waitFor('the version to be remembered', () => readFileSync(join(STATE_DIR, 'serving-fraud.json')), {
    deadlineMs: 5_000,
    everyMs: 20,
  });
  await before.service.lifecycle.stop();

  const nowhere = { REGISTRY_URL: 'http://127.0.0.1:1', FEATURES_URL: 'http://127.0.0.1:1' };
  const after = await bank.startInference('eu', { STATE_DIR, ...nowhere });
  await serves(after, '2');
  const { status } = await post(`${after.url}/v1/score`, { transaction: bank.traffic.requests[0] });
  expect(status).toBe(200);

  // A cached file that rotted on disk proves nothing and is not served.
  await after.service.lifecycle.stop();
  rmSync(join(STATE_DIR, 'artifacts'), { recursive: true });
  const bare = await bank.startInference('eu', { STATE_DIR, ...nowhere });
  await waitFor('a refusal', () => bare.serving.problem?.includes('could not be fetched'), {
    deadlineMs: 5_000,
    everyMs: 20,
  });
  expect(bare.serving.current).toBeUndefined();
});

test('a version that takes too long for a row is refused, and tried again when an operator loads it', async () => {
  const region = await bank.startInference('eu');
  await serves(region, '2');
  const admin = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const allow = (ms: number) =>
    fetch(`${region.url}/v1/settings`, {
      method: 'PATCH',
      headers: admin,
      body: JSON.stringify({ 'model.max_row_ms': ms }),
    });
  expect((await allow(1e-6)).status).toBe(200);
  const slow = await bank.register('slow');
  await bank.promote(slow);
  await waitFor('a refusal', () => region.serving.problem?.includes('and may take 0.000001'), {
    deadlineMs: 10_000,
    everyMs: 20,
  });
  expect((await allow(50)).status).toBe(200);
  // Any other refusal is tried again after a second.
  const refusedAt = performance.now();
  await waitFor('the first pause to be over', () => performance.now() > refusedAt + 1_200, {
    deadlineMs: 5_000,
    everyMs: 50,
  });
  await region.serving.sync();
  expect(region.serving.current?.identity.version).toBe('2');
  const load = await fetch(`${region.url}/v2/repository/models/fraud/load`, {
    method: 'POST',
    headers: admin,
    body: '{}',
  });
  expect(load.status).toBe(200);
  expect(region.serving.current?.identity.version).toBe(slow);
});

test('where nothing is served, a version that was too slow is tried again by itself', async () => {
  const SETTINGS = JSON.stringify({ 'model.max_row_ms': 1e-6 });
  const region = await bank.startInference('us', { SETTINGS });
  await waitFor('a refusal', () => region.serving.problem?.includes('and may take 0.000001'), {
    deadlineMs: 10_000,
    everyMs: 20,
  });
  (region.service.settings as typeof inference.service.settings).patch({ 'model.max_row_ms': 50 });
  await serves(region);
});
