import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestbed, type Testbed } from '../../engine/proxy/testbed.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { type Bank, openBank, sample, serves } from '../support/serving/bank.ts';
import { type Load, startLoad } from '../support/serving/load.ts';

/** The circuit opens and closes within this, on a machine that has other things to do. */
const WITHIN = { deadlineMs: 60_000, everyMs: 20 };
/** Answers over which shares and rates are taken. */
const MANY = 300;
/** One lookup a request is the steady rate at the store, whatever the machine does meanwhile. */
const SETTINGS = { 'batch.max_rows': 1, 'features.timeout_ms': 800 };
let bank: Bank;
let wire: Testbed;
let inference: Awaited<ReturnType<Bank['startInference']>>;
let load: Load;

beforeAll(async () => {
  bank = await openBank();
  wire = await startTestbed(bank.online.port);
  await bank.promote(await bank.register('one'));
  inference = await bank.startInference('eu', {
    ONLINE_REDIS_URL: `redis://127.0.0.1:${wire.port}`,
    SETTINGS: JSON.stringify(SETTINGS),
  });
  await serves(inference);
  load = startLoad(inference.url, bank.traffic.requests, { perSecond: 200 });
  await well();
});
afterAll(async () => {
  await load.stop();
  await wire.stop();
  await bank.stop();
});

const metric = async (series: string) => (await sample(inference.url, series)) ?? 0;
const timeouts = () => metric('firedrill_feature_lookup_total{tier="online",result="timeout"}');
const circuit = () => metric('firedrill_circuit_state{dependency="online_store"}');
const asked = () => metric('firedrill_feature_store_requests_total');

/** The next `count` answers. */
async function next(count: number) {
  const from = load.answers.length;
  await waitFor(`${count} answers`, () => load.answers.length >= from + count, WITHIN);
  return load.answers.slice(from, from + count);
}

/** Until the circuit is closed and fifty answers in a row are not degraded. */
const well = () =>
  waitFor(
    'fifty answers on fresh features',
    async () => (await circuit()) === 0 && (await next(50)).every(({ degraded }) => degraded === false),
    WITHIN,
  );
const opened = () => waitFor('the circuit to open', async () => (await circuit()) > 0, WITHIN);

/** Lookups that Redis itself has carried out since it started. */
async function served(): Promise<number> {
  const info = await (await bank.online.connect()).info('commandstats');
  return Number(/cmdstat_mget:calls=(\d+)/.exec(info)?.[1] ?? 0);
}

/** Lookups at Redis per answer, over the next answers. */
async function lookupsPerAnswer(): Promise<number> {
  const [lookups, answers] = [await served(), load.answers.length];
  await next(MANY);
  return ((await served()) - lookups) / (load.answers.length - answers);
}

interface Outage {
  name: string;
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}
const OUTAGES: Outage[] = [
  { name: 'frozen', begin: async () => bank.online.pause(), end: async () => bank.online.resume() },
  {
    name: 'killed',
    begin: () => bank.online.kill(),
    async end() {
      await bank.online.start();
      await (await bank.online.connect()).mset(bank.traffic.rows);
    },
  },
  {
    name: 'slower than the timeout',
    begin: () => wire.client.addToxic('wire', { type: 'latency', attributes: { latency: 1_500 } }),
    end: () => wire.client.removeToxic('wire', 'latency_downstream'),
  },
  {
    name: 'behind a wire that swallows everything',
    begin: () => wire.client.addToxic('wire', { type: 'timeout', attributes: { timeout: 0 } }),
    end: () => wire.client.removeToxic('wire', 'timeout_downstream'),
  },
];

describe.each(OUTAGES)('the store $name', ({ begin, end }) => {
  test('everybody is answered, nearly nobody waits for it, and its return is no second wave', async () => {
    await well();
    const first = load.answers.length;
    await begin();
    try {
      await opened();
      const whenOpened = load.sent;
      const before = () => load.answers.filter(({ n }) => n < whenOpened).length === whenOpened;
      await waitFor('everything sent before it opened to be answered', before, WITHIN);
      const [waited, since, sent] = [await timeouts(), performance.now(), await asked()];
      const meanwhile = await next(MANY);
      const probes = (await asked()) - sent;
      expect(meanwhile.every(({ degraded, source }) => degraded && source === 'default')).toBe(true);
      expect(await timeouts()).toBe(waited);
      // One that fails a second, and the one that was due.
      expect(probes).toBeLessThanOrEqual((performance.now() - since) / 1_000 + 1);
    } finally {
      await end();
    }
    const wave = await lookupsPerAnswer();
    await well();
    expect(wave).toBeLessThanOrEqual(1.5);
    expect(load.answers.slice(first).filter(({ status }) => status !== 200)).toEqual([]);
  }, 300_000);
});

test('the store full: it takes no writes, and reading goes on', async () => {
  await well();
  const redis = await bank.online.connect();
  await redis.config('SET', 'maxmemory-policy', 'noeviction');
  await redis.config('SET', 'maxmemory', '1');
  try {
    await expect(redis.set('one', 'more')).rejects.toThrow(/OOM/);
    const first = load.answers.length;
    await well();
    expect(load.answers.slice(first).filter(({ status }) => status !== 200)).toEqual([]);
  } finally {
    await redis.config('SET', 'maxmemory', '0');
  }
}, 120_000);
