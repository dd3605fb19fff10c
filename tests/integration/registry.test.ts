import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { streamKey } from '../../lib/kit/eventlog/redis/keys.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { DURABLE, type RedisServer, startRedis } from '../support/redis.ts';
import { digestOf, sampleManifest, startRegistry, type TestRegistry, TOKEN } from '../support/registry.ts';

let redis: RedisServer;
let registry: TestRegistry;
const bytes = Buffer.from('the bytes of a model');
const digest = digestOf(bytes);
const call: TestRegistry['call'] = (...request) => registry.call(...request);

beforeAll(async () => {
  redis = await startRedis(DURABLE);
  registry = await startRegistry(redis.url);
  await call('PUT', '/v1/artifacts', bytes);
});
afterAll(async () => {
  await registry?.forget();
  await redis?.stop();
});

const register = async (name: string, more: object = {}) =>
  (await call('POST', `/v1/models/${name}/versions`, { manifest: sampleManifest(digest), ...more })).body;

describe('artifacts', () => {
  test('come back byte for byte under their digest', async () => {
    const large = Buffer.alloc(3_000_000, 'model');
    const put = await call('PUT', `/v1/artifacts?digest=${digestOf(large)}`, large);
    expect(put).toMatchObject({ status: 201, body: { digest: digestOf(large), bytes: large.length } });
    const got = await fetch(`${registry.url}/v1/artifacts/${digestOf(large)}`);
    expect(Buffer.from(await got.arrayBuffer()).equals(large)).toBe(true);
  });

  test('are refused when the bytes are not what the sender meant', async () => {
    const { status, body } = await call('PUT', `/v1/artifacts?digest=${digest}`, Buffer.from('other bytes'));
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'REG_DIGEST_MISMATCH', field: 'digest' });
  });

  test('that rotted on disk are refused by name and mended by a new upload', async () => {
    const fresh = Buffer.from('will rot');
    await call('PUT', '/v1/artifacts', fresh);
    const file = join(registry.home, 'artifacts', 'sha256', digestOf(fresh).slice(7));
    writeFileSync(file, 'has rotted');
    const rotten = await call('GET', `/v1/artifacts/${digestOf(fresh)}`);
    expect(rotten).toMatchObject({ status: 500, body: { error: { code: 'REG_ARTIFACT_CORRUPT' } } });
    const manifest = sampleManifest(digestOf(fresh));
    expect(await call('POST', '/v1/models/rotten/versions', { manifest })).toMatchObject({ status: 500 });
    await call('PUT', '/v1/artifacts', fresh);
    expect(await call('GET', `/v1/artifacts/${digestOf(fresh)}`)).toMatchObject({ status: 200 });
  });

  test.each([
    ['/v1/artifacts/sha256:..%2F..%2Fregistry.db', 400, 'REG_DIGEST_INVALID'],
    ['/v1/artifacts/md5:1', 400, 'REG_DIGEST_INVALID'],
    [`/v1/artifacts/${digestOf('never uploaded')}`, 404, 'REG_ARTIFACT_UNKNOWN'],
  ])('%s answers %d %s', async (path, status, code) => {
    expect(await call('GET', path)).toMatchObject({ status, body: { error: { code, field: 'digest' } } });
  });

  test('must have bytes', async () => {
    const answer = await call('PUT', '/v1/artifacts', new Uint8Array());
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'REG_ARTIFACT_EMPTY' } } });
  });
});

describe('versions', () => {
  test('count up as strings and carry the manifest unchanged', async () => {
    const first = await register('counting', { tags: { team: 'fraud' }, description: 'the first' });
    const second = await register('counting');
    expect([first.version, second.version]).toEqual(['1', '2']);
    const { body } = await call('GET', '/v1/models/counting/versions/1');
    expect(body).toEqual(first);
    expect(body).toMatchObject({
      manifest: sampleManifest(digest),
      tags: { team: 'fraud' },
      description: 'the first',
      created_by: 'operator',
    });
    const list = await call('GET', '/v1/models/counting/versions');
    expect(list.body.versions.map(({ version }: { version: string }) => version)).toEqual(['1', '2']);
  });

  test('need a stored artifact', async () => {
    const manifest = sampleManifest(digestOf('never uploaded'));
    const answer = await call('POST', '/v1/models/none/versions', { manifest });
    expect(answer).toMatchObject({
      status: 409,
      body: { error: { code: 'REG_ARTIFACT_NOT_STORED', field: 'manifest.digest' } },
    });
    expect(await call('GET', '/v1/models/none')).toMatchObject({ status: 404 });
  });

  test.each([
    ['manifest.digest', { digest: 'sha256:short' }],
    ['manifest.inputs', { inputs: [] }],
    ['manifest.baselines.score', { baselines: { amount: { edges: [], counts: [1], missing: 0 } } }],
    ['manifest.thresholds', { thresholds: { review: 0.9, decline: 0.1 } }],
    ['manifest.golden.0.features', { golden: [{ features: [1, 2], score: 0.5 }] }],
  ])('name %s when it is wrong', async (field, changes) => {
    const answer = await call('POST', '/v1/models/wrong/versions', {
      manifest: sampleManifest(digest, changes),
    });
    expect(answer).toMatchObject({ status: 400, body: { error: { field } } });
  });

  test('tell where they come from', async () => {
    await register('traced');
    await call('PUT', '/v1/deployments/eu', { model: 'traced', version: '1', digest });
    const { body } = await call('GET', '/v1/models/traced/versions/1/lineage');
    expect(body).toMatchObject({
      digest,
      run_id: 'run-1',
      code_version: '0.1.0',
      dataset: { rows: 100 },
      feature_view: { name: 'fraud', version: 1 },
      served_in: [{ region: 'eu' }],
    });
  });
});

describe('aliases', () => {
  test('move between versions, answer 304 in between and 404 when gone', async () => {
    await register('aliased');
    await register('aliased');
    const path = '/v1/models/aliased/aliases/champion';
    expect(await call('GET', path)).toMatchObject({
      status: 404,
      body: { error: { code: 'REG_ALIAS_UNKNOWN' } },
    });
    await call('PUT', path, { version: '1', reason: 'first' });
    const { headers, body } = await call('GET', path);
    expect(body).toMatchObject({ version: '1', aliases: ['champion'] });
    const condition = { 'if-none-match': headers.get('etag')! };
    expect(await call('GET', path, undefined, condition)).toMatchObject({ status: 304 });

    await call('PUT', path, { version: '2', reason: 'better' });
    expect(await call('GET', path, undefined, condition)).toMatchObject({
      status: 200,
      body: { version: '2' },
    });
    expect(await call('DELETE', `${path}?reason=tidy`)).toMatchObject({ status: 204 });
    expect(await call('GET', path, undefined, condition)).toMatchObject({ status: 404 });
  });

  test('point only at versions that exist and whose bytes are sound', async () => {
    const fresh = Buffer.from('about to vanish');
    await call('PUT', '/v1/artifacts', fresh);
    await register('guarded', { manifest: sampleManifest(digestOf(fresh)) });
    const path = '/v1/models/guarded/aliases/champion';
    expect(await call('PUT', path, { version: '7' })).toMatchObject({
      status: 404,
      body: { error: { code: 'REG_VERSION_UNKNOWN', field: 'version' } },
    });
    writeFileSync(join(registry.home, 'artifacts', 'sha256', digestOf(fresh).slice(7)), 'tampered');
    expect(await call('PUT', path, { version: '1' })).toMatchObject({
      status: 500,
      body: { error: { code: 'REG_ARTIFACT_CORRUPT' } },
    });
    expect(await call('GET', path)).toMatchObject({ status: 404 });
  });

  test('cannot be moved to metadata without an artifact', async () => {
    await register('mixed');
    await call('POST', '/api/2.0/mlflow/model-versions/create', { name: 'mixed', source: 's3://somewhere' });
    expect(await call('PUT', '/v1/models/mixed/aliases/champion', { version: '2' })).toMatchObject({
      status: 409,
      body: { error: { code: 'REG_VERSION_WITHOUT_ARTIFACT' } },
    });
  });
});

test('deployments compare what is desired with what regions confirm', async () => {
  await register('deployed');
  await call('PUT', '/v1/models/deployed/aliases/champion', { version: '1' });
  await call('PUT', '/v1/deployments/eu', { model: 'deployed', version: '1', digest });
  await call('PUT', '/v1/deployments/us', { model: 'deployed', version: '9', digest: digestOf('old') });
  const { body } = await call('GET', '/v1/deployments');
  const found = body.deployments.find(({ model }: { model: string }) => model === 'deployed');
  expect(found).toMatchObject({
    alias: 'champion',
    desired: { version: '1', digest },
    confirmed: [
      { region: 'eu', in_step: true },
      { region: 'us', version: '9', in_step: false },
    ],
  });
});

describe('audit', () => {
  test('keeps who changed what and why, in the table and in the topic', async () => {
    await register('audited');
    const who = { 'x-actor': 'ada' };
    const path = '/v1/models/audited/aliases/champion';
    await call('PUT', path, { version: '1', reason: 'passed review' }, who);
    const record = {
      actor: 'ada',
      action: 'model.alias.set',
      object: 'model/audited/aliases/champion',
      before: null,
      after: { version: '1', digest },
      reason: 'passed review',
    };
    const { body } = await call('GET', '/v1/audit?actor=ada&action=model.alias.set');
    expect(body.records).toEqual([expect.objectContaining(record)]);

    const client = await redis.connect();
    await waitFor(
      'the change in the audit topic',
      async () => {
        const entries = (await client.xrange(streamKey('audit', 0), '-', '+')) as [string, string[]][];
        const payloads = entries.map(([, [, envelope]]) => JSON.parse(envelope!).payload);
        return payloads.some((payload) => payload.actor === 'ada' && payload.reason === 'passed review');
      },
      { deadlineMs: 5_000, everyMs: 20 },
    );
  });

  test('counts changes in the metric and pages through records', async () => {
    await register('paged');
    const metrics = await (await fetch(`${registry.url}/metrics`)).text();
    expect(metrics).toMatch(/firedrill_registry_changes_total\{action="model.version.create"\} [1-9]/);
    const first = await call('GET', '/v1/audit?object=model/paged&limit=1');
    expect(first.body.records).toHaveLength(1);
    const rest = await call('GET', `/v1/audit?object=model/paged&limit=1&before=${first.body.next}`);
    expect(rest.body).toEqual({ records: [], next: null });
    expect(await call('GET', '/v1/audit?limit=0')).toMatchObject({
      status: 400,
      body: { error: { field: 'limit' } },
    });
  });
});

test('changing calls need the token', async () => {
  const path = `${registry.url}/v1/models/fraud/aliases/champion`;
  const body = JSON.stringify({ version: '1' });
  const headers = { 'content-type': 'application/json', authorization: `Bearer not-${TOKEN}` };
  expect((await fetch(path, { method: 'PUT', body, headers })).status).toBe(401);
  expect((await fetch(`${registry.url}/v1/artifacts`, { method: 'PUT', body: 'x' })).status).toBe(401);
});

test('everything is still there after a restart', async () => {
  await register('lasting');
  await call('PUT', '/v1/models/lasting/aliases/champion', { version: '1' });
  const before = await call('GET', '/v1/models/lasting/aliases/champion');
  await registry.restart();
  const after = await call('GET', '/v1/models/lasting/aliases/champion', undefined, {
    'if-none-match': before.headers.get('etag')!,
  });
  expect(after).toMatchObject({ status: 200, body: before.body });
});
