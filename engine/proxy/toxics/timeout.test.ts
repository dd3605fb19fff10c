import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../../lib/kit/wait.ts';
import { openRedis, openWire, receive, startRedis, startTestbed } from '../testbed.ts';

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

test('0 swallows the answer for good; removing it closes the connection and new ones work', async () => {
  const direct = openRedis(redis.port);
  const wire = await openWire(bed.port);
  wire.socket.write('PING\r\n');
  await receive(wire, 7);
  await bed.client.addToxic('wire', { type: 'timeout', attributes: { timeout: 0 } });
  wire.socket.write('SET asked yes\r\n');
  await waitFor('Redis to execute the command', () => direct.exists('asked'), {
    deadlineMs: 10_000,
    everyMs: 5,
  });

  await bed.client.removeToxic('wire', 'timeout_downstream');
  expect(await wire.closed).toBeUndefined();
  expect(wire.received().toString()).toBe('+PONG\r\n');

  const store = openRedis(bed.port);
  expect(await store.ping()).toBe('PONG');
  store.disconnect();
  direct.disconnect();
});

test('a positive timeout closes the connection without a byte', async () => {
  await bed.client.addToxic('wire', { type: 'timeout', attributes: { timeout: 100 } });
  const opened = performance.now();
  const wire = await openWire(bed.port);
  wire.socket.write('PING\r\n');
  expect(await wire.closed).toBeUndefined();
  expect(performance.now() - opened).toBeGreaterThanOrEqual(99);
  expect(wire.received().length).toBe(0);
});
