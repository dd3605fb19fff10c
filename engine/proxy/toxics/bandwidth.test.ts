import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openRedis, startRedis, startTestbed } from '../testbed.ts';

let redis: Awaited<ReturnType<typeof startRedis>>;
let bed: Awaited<ReturnType<typeof startTestbed>>;
const value = Buffer.alloc(100_000, 'firedrill');
beforeAll(async () => {
  redis = await startRedis();
  bed = await startTestbed(redis.port);
  const direct = openRedis(redis.port);
  await direct.set('big', value);
  direct.disconnect();
});
beforeEach(() => bed.client.reset());
afterAll(async () => {
  await bed.stop();
  await redis.stop();
});

test('100 kB at 500 KB/s take at least 200 ms and arrive whole', async () => {
  const store = openRedis(bed.port);
  await store.ping();
  await bed.client.addToxic('wire', { type: 'bandwidth', attributes: { rate: 500 } });
  const asked = performance.now();
  const got = await store.getBuffer('big');
  expect(performance.now() - asked).toBeGreaterThanOrEqual(200);
  expect(got?.equals(value)).toBe(true);
  store.disconnect();
});

test.each([0, 1])('removing a rate of %i KB/s heals the live connection', async (rate) => {
  const store = openRedis(bed.port);
  await store.ping();
  await bed.client.addToxic('wire', { type: 'bandwidth', attributes: { rate } });
  const got = store.getBuffer('big');
  await bed.client.removeToxic('wire', 'bandwidth_downstream');
  expect((await got)?.equals(value)).toBe(true);
  store.disconnect();
});
