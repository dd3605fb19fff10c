import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openRedis, startRedis, startTestbed } from '../testbed.ts';

let redis: Awaited<ReturnType<typeof startRedis>>;
let bed: Awaited<ReturnType<typeof startTestbed>>;
beforeAll(async () => {
  redis = await startRedis();
  bed = await startTestbed(redis.port);
});
beforeEach(() => bed.client.reset());
afterAll(async () => {
  await bed.stop();
  await redis.stop();
});

test('every answer of a live connection comes later, from both directions together', async () => {
  const store = openRedis(bed.port);
  await store.ping();
  await bed.client.addToxic('wire', { type: 'latency', attributes: { latency: 60 } });
  await bed.client.addToxic('wire', { type: 'latency', stream: 'upstream', attributes: { latency: 40 } });
  const asked = performance.now();
  await store.ping();
  expect(performance.now() - asked).toBeGreaterThanOrEqual(100);
  store.disconnect();
});

test('jitter moves the delay both ways but never below latency - jitter, and order is kept', async () => {
  const store = openRedis(bed.port);
  await bed.client.addToxic('wire', { type: 'latency', attributes: { latency: 30, jitter: 20 } });
  const asked = performance.now();
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => store.echo(`${index}`)));
  expect(performance.now() - asked).toBeGreaterThanOrEqual(10);
  expect(answers).toEqual(Array.from({ length: 200 }, (_, index) => `${index}`));
  store.disconnect();
});

test('removing it lets the answers that wait arrive, and the connection lives on', async () => {
  const store = openRedis(bed.port);
  await store.ping();
  await bed.client.addToxic('wire', { type: 'latency', attributes: { latency: 3_600_000 } });
  const late = store.ping();
  await bed.client.removeToxic('wire', 'latency_downstream');
  expect(await late).toBe('PONG');
  expect(await store.ping()).toBe('PONG');
  store.disconnect();
});

test('an update applies to what waits', async () => {
  const store = openRedis(bed.port);
  await store.ping();
  await bed.client.addToxic('wire', { type: 'latency', attributes: { latency: 3_600_000 } });
  const late = store.ping();
  const { attributes } = await bed.client.updateToxic('wire', 'latency_downstream', {
    attributes: { latency: 5 },
  });
  expect(attributes).toEqual({ latency: 5, jitter: 0 });
  expect(await late).toBe('PONG');
  store.disconnect();
});
