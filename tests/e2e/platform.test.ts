import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, inject, it } from 'vitest';
import type { Workload } from '../../engine/targets/target.ts';
import { ScoreResponseSchema } from '../../lib/contract/transaction.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { DrillPlatform } from '../support/drill.ts';

const platform = new DrillPlatform({ base: inject('drillBase'), home: inject('drillHome') });
const log = new Redis(platform.port('redis-log'), '127.0.0.1');
afterAll(() => log.disconnect());

const json = async <T>(url: string, init?: RequestInit): Promise<T> =>
  (await (await fetch(url, init)).json()) as T;
const workloads = async () => (await platform.json<{ workloads: Workload[] }>('ps')).workloads;
const sample = () => json<{ transaction: Record<string, unknown> }>(`${platform.url('world')}/v1/sample`);
const score = (body: unknown) =>
  json<Record<string, unknown>>(`${platform.url('gateway')}/v1/score`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** The restarted process is another one and is ready. */
const isBack = async (name: string, before: number) => {
  const replica = (await workloads()).find((workload) => workload.name === name)?.replicas[0];
  return replica?.state === 'ready' && replica.pid !== before ? replica : undefined;
};

/** Ids of the newest predictions in the log, of every partition. */
async function newestPredictions(perPartition: number): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const key of await log.keys('log:predictions:?')) {
    for (const [, fields] of await log.xrevrange(key, '+', '-', 'COUNT', perPartition)) {
      ids.add((JSON.parse(fields[1]!) as { id: string }).id);
    }
  }
  return ids;
}

/** Events a topic was ever given, also those that retention has removed. */
async function everAdded(topic: string): Promise<number> {
  let added = 0;
  for (const key of await log.keys(`log:${topic}:?`)) {
    const stream = (await log.xinfo('STREAM', key)) as unknown[];
    added += Number(stream[stream.indexOf('entries-added') + 1]);
  }
  return added;
}

describe('a platform that is up', () => {
  it('stays as it is when it is brought up again', async () => {
    const before = (await workloads()).flatMap(({ replicas }) => replicas.map(({ pid }) => pid));
    const again = await platform.drill('up');
    expect(again.code).toBe(0);
    expect((await workloads()).flatMap(({ replicas }) => replicas.map(({ pid }) => pid))).toEqual(before);
  });

  it('scores a sample in the documented shape', async () => {
    const { transaction } = await sample();
    const answer = await score({ transaction });
    const validate = new Ajv({ strict: false }).compile(ScoreResponseSchema);
    expect(validate(answer), JSON.stringify(validate.errors)).toBe(true);
    expect(answer).toMatchObject({ id: transaction.id, degraded: false, features: { source: 'online' } });
  });

  it('answers a card it has never seen: a cold start, not an error', async () => {
    const { transaction } = await sample();
    const answer = await score({ transaction: { ...transaction, id: 'cold-1', card_id: 'card-never-seen' } });
    expect(answer).toMatchObject({ degraded: false, features: { source: 'default', age_seconds: null } });
  });

  it('is scraped by Prometheus, every service of it', async () => {
    type Answer = { data: { result: { metric: { job: string }; value: [number, string] }[] } };
    const services = (await workloads()).filter(({ kind }) => kind === 'service').map(({ name }) => name);
    expect(services.length).toBeGreaterThan(8);
    // Prometheus finds its targets a moment after it is ready.
    await waitFor(
      `up to be 1 for ${services.join(', ')}`,
      async () => {
        const { data } = await json<Answer>(`${platform.url('prometheus')}/api/v1/query?query=up`);
        const up = data.result.filter(({ value }) => value[1] === '1').map(({ metric }) => metric.job);
        return up.length === data.result.length && services.every((name) => up.includes(name));
      },
      { deadlineMs: 15_000 },
    );
  });

  it('shows quality on matured labels only, once there are enough', async () => {
    const { quality } = await waitFor(
      'enough matured labels',
      async () => {
        type Quality = { auc: number | null; matured_labels: number };
        const status = await platform.json<{ quality: Quality }>('status');
        return status.quality.auc !== null && status;
      },
      { deadlineMs: 240_000, everyMs: 2_000 },
    );
    expect(quality.auc).toBeGreaterThan(0.8);
    // A label counts once the bank has heard of it, and never before its transaction was scored.
    expect(quality.matured_labels).toBeLessThanOrEqual(await everAdded('labels'));
    expect(quality.matured_labels).toBeLessThanOrEqual(await everAdded('predictions'));
  }, 250_000);
});

describe('a process that is killed', () => {
  it.each([
    'gateway',
    'inference-eu',
    'registry',
    'features',
    'feature-consumer',
    'monitor',
    'pipeline',
    'world',
    'prometheus',
    'alertmanager',
  ])(
    '%s comes back by itself',
    async (name) => {
      const { pid } = (await workloads()).find((workload) => workload.name === name)!.replicas[0]!;
      process.kill(pid!, 'SIGKILL');
      const replica = await waitFor(`${name} to be back`, () => isBack(name, pid!), { deadlineMs: 60_000 });
      expect(replica.restarts).toBeGreaterThan(0);
    },
    90_000,
  );

  it('Redis under the log: every acknowledged prediction is still there, every service recovers', async () => {
    // What the log shows it has acknowledged; the newest, so that retention does not reach them meanwhile.
    const acknowledged = await newestPredictions(100);
    expect(acknowledged.size).toBeGreaterThan(100);
    const { pid } = (await workloads()).find(({ name }) => name === 'redis-log')!.replicas[0]!;
    process.kill(pid!, 'SIGKILL');
    await waitFor('the log to be back', () => isBack('redis-log', pid!), { deadlineMs: 60_000 });
    const survived = await waitFor(
      'new predictions in the log',
      async () => {
        const ids = await newestPredictions(100_000);
        return [...ids].some((id) => !acknowledged.has(id)) && ids;
      },
      { deadlineMs: 60_000 },
    );
    expect([...acknowledged].filter((id) => !survived.has(id))).toEqual([]);
    await waitFor('every part to be ready', async () => (await platform.drill('status')).code === 0, {
      deadlineMs: 60_000,
    });
  }, 200_000);

  it('Redis under the online store: rows are there again and scores are not degraded', async () => {
    const { pid } = (await workloads()).find(({ name }) => name === 'redis-online')!.replicas[0]!;
    process.kill(pid!, 'SIGKILL');
    await waitFor('the store to be back', () => isBack('redis-online', pid!), { deadlineMs: 60_000 });
    await waitFor(
      'a score from the online store',
      async () => {
        const answer = await score(await sample());
        return (answer.features as { source: string } | undefined)?.source === 'online' && !answer.degraded;
      },
      { deadlineMs: 60_000 },
    );
  }, 150_000);
});

it('no log line names a card', async () => {
  const folder = join(platform.home, 'logs');
  for (const file of await readdir(folder)) {
    const text = await readFile(join(folder, file), 'utf8');
    expect(/card-\d{5}/.exec(text)?.[0], file).toBeUndefined();
  }
});
