import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { SnapshotView } from '../../engine/platform/snapshots.ts';
import type { Replica, Workload } from '../../engine/targets/target.ts';
import type { ModelVersion } from '../../lib/contract/registry.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { DrillPlatform } from '../support/drill.ts';

const platform = new DrillPlatform({ base: inject('drillBase'), home: inject('drillHome') });
const NAME = 'as-it-was';
const FIRST_ROW = 'written-before';
const online = new Redis(platform.port('redis-online'), '127.0.0.1');
const log = new Redis(platform.port('redis-log'), '127.0.0.1');
// While Redis is ended and started they reconnect; nobody has to hear of it.
for (const redis of [online, log]) redis.on('error', () => {});
afterAll(async () => {
  online.disconnect();
  log.disconnect();
  await platform.drill('snapshot', 'remove', NAME);
});

const json = async <T>(url: string, init?: RequestInit): Promise<T> =>
  (await (await fetch(url, init)).json()) as T;
const workloads = async () => (await platform.json<{ workloads: Workload[] }>('ps')).workloads;
const workload = async (name: string) => (await workloads()).find((one) => one.name === name)!;
const businessMs = async () =>
  Date.parse((await platform.json<{ business_time: string }>('status')).business_time);
const settings = () => platform.json<Record<string, unknown>>('settings', 'get', 'world');
const model = async () =>
  (await platform.json<{ versions: ModelVersion[] }>('model', 'list')).versions.flatMap(
    ({ version, aliases }) => aliases.map((alias) => `${alias}: ${version}`),
  );
const silences = async () =>
  (await json<{ id: string; status: { state: string } }[]>(`${platform.url('alertmanager')}/api/v2/silences`))
    .filter(({ status }) => status.state === 'active')
    .map(({ id }) => id);
const silence = async (alertname: string) =>
  (
    await json<{ silenceID: string }>(`${platform.url('alertmanager')}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }],
        startsAt: new Date().toISOString(),
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
        createdBy: 'test',
        comment: 'test',
      }),
    })
  ).silenceID;

/** Ids of everything a topic holds, by partition. */
async function events(topic: string): Promise<Record<string, string[]>> {
  const keys = (await log.keys(`log:${topic}:?`)).sort();
  const all = keys.map(async (key) => [key, (await log.xrange(key, '-', '+')).map(([id]) => id)] as const);
  return Object.fromEntries(await Promise.all(all));
}

describe('a snapshot', () => {
  let kept: SnapshotView;
  let before: {
    model: string[];
    silences: string[];
    replicas: number;
    audit: Record<string, string[]>;
    rate: unknown;
  };
  let running: Replica[];

  beforeAll(async () => {
    await online.set(FIRST_ROW, 'yes');
    await silence('MadeBefore');
    running = (await workloads()).flatMap(({ replicas }) => replicas);
    kept = await platform.json<SnapshotView>('snapshot', 'save', NAME);
    before = {
      model: await model(),
      silences: await silences(),
      replicas: (await workload('inference-eu')).desired,
      // Nobody changes anything between the snapshot and this; predictions would be too many and retained too shortly.
      audit: await events('audit'),
      rate: (await settings())['traffic.rate'],
    };
  }, 120_000);

  it('is taken while the bank runs, and no process was restarted or taken for dead', async () => {
    expect(kept.name).toBe(NAME);
    expect(kept.stall_seconds).toBeGreaterThan(0);
    const now = (await workloads()).flatMap(({ replicas }) => replicas);
    expect(now.map(({ pid, restarts }) => [pid, restarts])).toEqual(
      running.map(({ pid, restarts }) => [pid, restarts]),
    );
    await waitFor('every part to be ready', async () => (await platform.drill('status')).code === 0, {
      deadlineMs: 30_000,
    });
  }, 60_000);

  it('brings everything back as it was', async () => {
    await online.flushall();
    await silence('MadeAfter');
    const changed = await platform.drill('settings', 'set', 'world', 'traffic.rate=7');
    expect(changed.stderr).toBe('');
    expect((await platform.drill('scale', 'inference-eu', '--replicas', '2')).stderr).toBe('');
    const url = `${platform.url('registry')}/v1/models/fraud/aliases/challenger`;
    const alias = await fetch(url, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await platform.secret('admin')}`,
      },
      body: JSON.stringify({ version: '1' }),
    });
    expect(alias.status).toBe(200);
    expect(await model()).not.toEqual(before.model);
    const audit = await waitFor(
      'the changes to be on record',
      async () => {
        const now = await events('audit');
        return isDeepStrictEqual(now, before.audit) ? false : now;
      },
      { deadlineMs: 30_000 },
    );
    expect(await settings()).toMatchObject({ 'traffic.rate': 7 });
    const begunMs = performance.now();
    const restored = await platform.drill('snapshot', 'restore', NAME);
    expect({ code: restored.code, stderr: restored.stderr }).toEqual({ code: 0, stderr: '' });

    expect(await model()).toEqual(before.model);
    expect(await silences()).toEqual(before.silences);
    expect((await settings())['traffic.rate']).toBe(before.rate);
    const recorded = await events('audit');
    for (const [key, ids] of Object.entries(before.audit)) {
      expect(recorded[key]?.slice(0, ids.length)).toEqual(ids);
      const undone = audit[key]!.slice(ids.length);
      expect(recorded[key]?.filter((id) => undone.includes(id))).toEqual([]);
    }
    const inference = await workload('inference-eu');
    expect({ desired: inference.desired, running: inference.replicas.length }).toEqual({
      desired: before.replicas,
      running: before.replicas,
    });
    await waitFor('the row to be back', async () => (await online.get(FIRST_ROW)) === 'yes', {
      deadlineMs: 15_000,
    });
    const now = await businessMs();
    expect(now).toBeGreaterThan(Date.parse(kept.business_time));
    // Not what passed since the snapshot, only what passed since it was brought back: a day is a minute.
    const sinceRestoreMs = (performance.now() - begunMs) * (86_400 / 60);
    expect(now - Date.parse(kept.business_time)).toBeLessThanOrEqual(sinceRestoreMs);
  }, 300_000);

  it('left an event log that takes new events, all of which its consumers get', async () => {
    const restoredMs = Date.now();
    await waitFor(
      'a new prediction in every partition',
      async () =>
        Object.values(await events('predictions')).every((ids) =>
          ids.some((id) => Number(id.split('-')[0]) > restoredMs),
        ),
      { deadlineMs: 60_000 },
    );
    const field = (group: unknown[], name: string) => String(group[group.indexOf(name) + 1]);
    await waitFor(
      'every group of consumers to get new transactions',
      async () => {
        const keys = await log.keys('log:transactions:?');
        const groups = (await Promise.all(keys.map((key) => log.xinfo('GROUPS', key)))).flat() as unknown[][];
        const delivered = groups.map((group) => Number(field(group, 'last-delivered-id').split('-')[0]));
        return delivered.length > keys.length && delivered.every((ms) => ms > restoredMs);
      },
      { deadlineMs: 60_000 },
    );
  }, 130_000);

  it('gives a bank that serves', async () => {
    await waitFor(
      'a score from the online store',
      async () => {
        const body = await json(`${platform.url('world')}/v1/sample`);
        const answer = await json<{ features?: { source: string }; degraded?: boolean }>(
          `${platform.url('gateway')}/v1/score`,
          {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          },
        );
        return answer.features?.source === 'online' && answer.degraded === false;
      },
      { deadlineMs: 60_000 },
    );
    await waitFor('every part to be ready', async () => (await platform.drill('status')).code === 0, {
      deadlineMs: 60_000,
    });
  }, 130_000);

  it('leaves the trail of what was done', async () => {
    const text = await readFile(join(platform.home, 'state', 'actions.jsonl'), 'utf8');
    const done = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { action: string; object: string });
    const object = `snapshot/${NAME}`;
    expect(done).toContainEqual(
      expect.objectContaining({ action: 'scale', object: 'workload/inference-eu' }),
    );
    expect(done).toContainEqual(expect.objectContaining({ action: 'snapshot.save', object }));
    expect(done).toContainEqual(expect.objectContaining({ action: 'snapshot.restore', object }));
  });

  it('that does not exist is refused with those that do, and a bad name is wrong usage', async () => {
    const unknown = await platform.drill('snapshot', 'restore', 'never-saved');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain(`there is no snapshot never-saved; there are: `);
    expect((await platform.drill('snapshot', 'save', '../up')).code).toBe(2);
  });

  it('is forgotten on request', async () => {
    expect((await platform.drill('snapshot', 'remove', NAME)).code).toBe(0);
    const { snapshots } = await platform.json<{ snapshots: SnapshotView[] }>('snapshot', 'list');
    expect(snapshots.map(({ name }) => name)).not.toContain(NAME);
  });
});
