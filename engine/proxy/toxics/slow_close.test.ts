import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openWire, receive, startRedis, startTestbed } from '../testbed.ts';

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

test('data comes at once, the end only after the delay', async () => {
  await bed.client.addToxic('wire', { type: 'slow_close', attributes: { delay: 150 } });
  const wire = await openWire(bed.port);
  const asked = performance.now();
  wire.socket.write('QUIT\r\n');
  expect((await receive(wire, 5)).toString()).toBe('+OK\r\n');
  expect(wire.socket.readableEnded).toBe(false);
  expect(await wire.closed).toBeUndefined();
  expect(performance.now() - asked).toBeGreaterThanOrEqual(150);
});

test('removing it closes what waits to close', async () => {
  await bed.client.addToxic('wire', { type: 'slow_close', attributes: { delay: 3_600_000 } });
  const wire = await openWire(bed.port);
  wire.socket.write('QUIT\r\n');
  await receive(wire, 5);
  await bed.client.removeToxic('wire', 'slow_close_downstream');
  expect(await wire.closed).toBeUndefined();
});
