import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asTensors } from '../../engine/faults/registry/tensors.ts';
import edit from '../../engine/faults/registry.ts';
import { armable, contextOf } from '../../engine/testbed.ts';
import type { ScoreResponse } from '../../lib/contract/transaction.ts';
import { OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import { readConfig } from '../../lib/kit/config.ts';
import { createRandom } from '../../lib/kit/random.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { OnnxModel } from '../../services/inference/models/onnx.ts';
import { buildPipeline } from '../../services/pipeline/app.ts';
import { Config } from '../../services/pipeline/config.ts';
import { startFeatures } from '../support/features.ts';
import { freePort } from '../support/ports.ts';
import { startRegistry, type TestRegistry, TOKEN } from '../support/registry.ts';
import { type Bank, openBank, post, serves } from '../support/serving/bank.ts';
import { makeModel } from '../support/serving/model.ts';

const WHO = { actor: 'ml-platform', reason: 'MLP-204' };
const within = { deadlineMs: 15_000, everyMs: 20 };

const editing = (registry: TestRegistry, given: Record<string, unknown>, pipeline = '', baseline = {}) =>
  armable(
    edit,
    contextOf({
      baseline,
      url: (name) => (name === 'registry' ? registry.url : pipeline),
      adminToken: TOKEN,
    }),
    { ...WHO, ...given },
  );
const versions = async (registry: TestRegistry): Promise<string[]> => {
  const { body } = await registry.call('GET', '/v1/models/fraud/versions');
  return body.versions.map(({ version }: { version: string }) => version);
};
const aliasOf = async (registry: TestRegistry, alias = 'champion') =>
  (await registry.call('GET', `/v1/models/fraud/aliases/${alias}`)).body;

/** Rows of which a column in three has no value, and labels that follow the columns. */
function withGaps(width: number) {
  const random = createRandom('gaps');
  const rows = 400;
  const columns = Array.from({ length: width }, () =>
    Float32Array.from({ length: rows }, () => (random.next() < 0.3 ? Number.NaN : random.normal())),
  );
  const labels = Uint8Array.from({ length: rows }, (_, i) =>
    Number(columns[0]![i]! > 0.3 !== Number.isNaN(columns[1]![i])),
  );
  return { columns, labels };
}

describe('with inference that follows the champion', () => {
  let bank: Bank;
  let inference: Awaited<ReturnType<Bank['startInference']>>;
  let first: string;
  let second: string;
  beforeAll(async () => {
    bank = await openBank();
    first = await bank.register('first');
    second = await bank.register('second');
    await bank.promote(first);
    inference = await bank.startInference('eu');
    await serves(inference, first);
  });
  afterAll(() => bank?.stop());

  const scores = () =>
    Promise.all(
      bank.traffic.requests.slice(0, 40).map(async (transaction) => {
        const { body } = await post(`${inference.url}/v1/score`, { transaction });
        return body as ScoreResponse;
      }),
    );

  test('a variant that confuses two columns passes every check of serving and answers otherwise', async () => {
    const before = await scores();
    const crossed = ['card_tx_count_24h', 'card_amount_mean_7d', 'device_age_hours'];
    const promotion = editing(bank.registry, {
      register: { crossed, tags: { team: 'growth' } },
      alias: { name: 'champion' },
    });
    const undo = await promotion.inject();
    const { version, manifest, tags, created_by } = await aliasOf(bank.registry);
    expect({ tags, created_by }).toEqual({ tags: { team: 'growth' }, created_by: WHO.actor });
    const original = (await bank.registry.call('GET', `/v1/models/fraud/versions/${first}`)).body.manifest;
    expect(manifest.digest).not.toBe(original.digest);
    expect(manifest.inputs).toEqual(original.inputs);
    await serves(inference, version);
    expect(inference.serving.problem).toBeUndefined();
    const during = await scores();
    const moved = during.filter(({ score }, i) => Math.abs(score - before[i]!.score) > 1e-6);
    expect(moved.length).toBeGreaterThan(10);

    const { body } = await bank.registry.call('GET', '/v1/audit?action=model.alias.set&limit=1');
    expect(body.records[0]).toMatchObject({ ...WHO, before: { version: first }, after: { version } });

    await promotion.clear(undo);
    await serves(inference, first);
    expect((await scores()).map(({ score }) => score)).toEqual(before.map(({ score }) => score));
    expect(await versions(bank.registry)).toEqual([first, second]);
    await promotion.clear(undo);
    expect(await versions(bank.registry)).toEqual([first, second]);
  });

  test('a variant whose inputs changed places is refused by serving, which keeps what it has', async () => {
    const promotion = editing(bank.registry, {
      register: { swapped: ['card_tx_count_24h', 'hour_of_day'] },
      alias: { name: 'champion' },
    });
    const undo = await promotion.inject();
    const { version } = await aliasOf(bank.registry);
    const problem = await waitFor('it to be refused', () => inference.serving.problem, within);
    expect(problem).toContain(`version ${version} is refused`);
    expect(problem).toContain('input 1');
    expect(inference.serving.current?.identity.version).toBe(first);
    await promotion.clear(undo);
    await waitFor('it to be content', () => inference.serving.problem === undefined, within);
  });

  test('a variant that kept its examples is refused by serving, which keeps what it has', async () => {
    const { manifest } = await aliasOf(bank.registry);
    // All of them: three examples do not reach every column.
    const crossed = manifest.inputs.map(({ name }: { name: string }) => name);
    const promotion = editing(bank.registry, {
      register: { crossed, golden: 'kept' },
      alias: { name: 'champion' },
    });
    const undo = await promotion.inject();
    const { version } = await aliasOf(bank.registry);
    const problem = await waitFor('it to be refused', () => inference.serving.problem, within);
    expect(problem).toContain(`version ${version} is refused`);
    expect(problem).toContain('golden request');
    expect(inference.serving.current?.identity.version).toBe(first);
    await promotion.clear(undo);
    await waitFor('it to be content', () => inference.serving.problem === undefined, within);
  });

  test('trees that ask several times answer nearly the same, and as tensors exactly what they answer as trees', async () => {
    const before = await scores();
    const smoothed = { copies: 3, spread: 0.02 };
    const seen: number[][] = [];
    for (const form of ['trees', 'tensors']) {
      const promotion = editing(bank.registry, { register: { smoothed, form }, alias: { name: 'champion' } });
      const undo = await promotion.inject();
      await serves(inference, (await aliasOf(bank.registry)).version);
      expect(inference.serving.problem).toBeUndefined();
      seen.push((await scores()).map(({ score }) => score));
      await promotion.clear(undo);
      await serves(inference, first);
    }
    const [trees, tensors] = seen as [number[], number[]];
    expect(Math.max(...trees.map((score, i) => Math.abs(score - tensors[i]!)))).toBeLessThan(1e-5);
    const moved = trees.map((score, i) => Math.abs(score - before[i]!.score));
    expect(Math.max(...moved)).toBeGreaterThan(1e-6);
    expect(moved.toSorted((a, b) => a - b)[20]).toBeLessThan(0.01);
  });

  test('once more makes the same as before, and not more of what was made then', async () => {
    const register = { smoothed: { copies: 2, spread: 0.02 }, form: 'tensors' };
    const baseline = { approved: { version: first } };
    const made: string[] = [];
    const undos: [ReturnType<typeof editing>, unknown][] = [];
    for (let time = 0; time < 2; time++) {
      const promotion = editing(bank.registry, { register, alias: { name: 'champion' } }, '', baseline);
      undos.unshift([promotion, await promotion.inject()]);
      made.push((await aliasOf(bank.registry)).manifest.digest);
    }
    expect(made[1]).toBe(made[0]);
    for (const [promotion, undo] of undos) await promotion.clear(undo);
    await serves(inference, first);
  });

  test('a missing value takes the way in tensors that it takes in trees', async () => {
    const { version, bytes } = makeModel(bank.view, withGaps(bank.view.features.length), 12);
    const width = version.manifest.inputs.length;
    const rows = Float32Array.from({ length: 40 * width }, (_, i) =>
      i % 3 === 0 ? Number.NaN : (i % 7) - 3,
    );
    const [trees, tensors] = await Promise.all(
      [bytes, asTensors(bytes, width)].map(async (file) => {
        const model = await OnnxModel.create(file, width, 'sha256:test');
        return model.predict(rows);
      }),
    );
    expect(new Set(trees).size).toBeGreaterThan(4);
    for (const [i, p] of trees!.entries()) expect(tensors![i]).toBeCloseTo(p, 5);
  });

  test('a variant with other thresholds decides otherwise on the same scores', async () => {
    const before = await scores();
    const promotion = editing(bank.registry, {
      register: { from: first, manifest: { thresholds: { review: 0 } } },
      alias: { name: 'champion' },
    });
    const undo = await promotion.inject();
    const { version, manifest } = await aliasOf(bank.registry);
    expect(manifest.thresholds).toEqual({ review: 0, decline: 0.9 });
    await serves(inference, version);
    const during = await scores();
    expect(during.map(({ score }) => score)).toEqual(before.map(({ score }) => score));
    expect(during.filter(({ decision }) => decision === 'approve')).toEqual([]);
    expect(before.filter(({ decision }) => decision === 'approve').length).toBeGreaterThan(0);
    await promotion.clear(undo);
    await serves(inference, first);
  });

  test('an alias moves to a version that exists, and back whatever was done meanwhile', async () => {
    const move = editing(bank.registry, { alias: { name: 'champion', version: second } });
    const undo = await move.inject();
    expect((await aliasOf(bank.registry)).version).toBe(second);
    await bank.registry.call('DELETE', '/v1/models/fraud/aliases/champion');
    await move.clear(undo);
    expect((await aliasOf(bank.registry)).version).toBe(first);
  });

  test('an alias that did not exist is gone afterwards', async () => {
    const move = editing(bank.registry, { alias: { name: 'shadow', version: second } });
    const undo = await move.inject();
    expect((await aliasOf(bank.registry, 'shadow')).version).toBe(second);
    await move.clear(undo);
    expect((await bank.registry.call('GET', '/v1/models/fraud/aliases/shadow')).body.error.code).toBe(
      'REG_ALIAS_UNKNOWN',
    );
  });

  test.each([
    [{ register: {}, alias: { name: 'champion', version: '99' } }, 'no version 99'],
    [{ register: { crossed: ['age', 'hour_of_day'] } }, 'no input age'],
    [{ register: { manifest: { thresholds: { review: 2 } } } }, 'thresholds'],
    [{ register: { from: 'nobody' } }, 'has none of that name'],
    [{ alias: { name: 'champion' } }, 'nothing is to be done'],
    [{}, 'nothing is to be done'],
  ])('%o is refused and leaves nothing behind', async (given, why) => {
    await expect(editing(bank.registry, given).inject()).rejects.toThrow(why);
    expect(await versions(bank.registry)).toEqual([first, second]);
    expect((await aliasOf(bank.registry)).version).toBe(first);
  });
});

test('another version is trained by the pipeline and promoted without its gates', {
  timeout: 300_000,
}, async () => {
  const features = await startFeatures(6_000);
  const registry = await startRegistry();
  const home = mkdtempSync(join(tmpdir(), 'pipeline-'));
  const { service } = await buildPipeline(
    readConfig(Config, {
      SERVICE_NAME: 'pipeline',
      PORT: '0',
      LOG_LEVEL: 'silent',
      ADMIN_TOKEN: TOKEN,
      CLOCK_WALL_EPOCH_MS: String(Date.now()),
      CLOCK_BUSINESS_EPOCH_MS: String(OPENING_DAY_MS),
      DRILL_DAY_SECONDS: '86400',
      STATE_DIR: home,
      EVENT_LOG_URL: `redis://127.0.0.1:${await freePort()}`,
      FEATURES_URL: features.url,
      REGISTRY_URL: registry.url,
    }),
  );
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const pipeline = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`;
  try {
    const other = editing(
      registry,
      { train: { algorithm: 'logistic' }, alias: { name: 'champion' } },
      pipeline,
    );
    const undo = await other.inject();
    expect(undo).toEqual({ made: ['1'], alias: { name: 'champion', before: null } });
    expect((await aliasOf(registry)).manifest).toMatchObject({ algorithm: 'logistic' });
    await expect(editing(registry, { train: { algorithm: 'magic' } }, pipeline).inject()).rejects.toThrow(
      'algorithm',
    );
    // There are no trees in it.
    const crossed = { register: { crossed: ['amount_eur', 'hour_of_day'] } };
    await expect(editing(registry, crossed, pipeline).inject()).rejects.toThrow('no trees');
    await other.clear(undo);
    expect(await versions(registry)).toEqual([]);
    expect((await aliasOf(registry)).error.code).toBe('REG_ALIAS_UNKNOWN');
  } finally {
    await service.lifecycle.stop();
    await registry.forget();
    await features.stop();
    rmSync(home, { recursive: true, force: true });
  }
});
