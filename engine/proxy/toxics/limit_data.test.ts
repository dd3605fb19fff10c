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

test('exactly so many bytes pass, then the connection closes', async () => {
  await bed.client.addToxic('wire', { type: 'limit_data', attributes: { bytes: 10 } });
  const wire = await openWire(bed.port);
  wire.socket.write('PING\r\nPING\r\n');
  expect(await wire.closed).toBeUndefined();
  expect(wire.received().toString()).toBe('+PONG\r\n+PO');
});

test('the limited bytes are not lost in a toxic that follows', async () => {
  await bed.client.addToxic('wire', { type: 'limit_data', attributes: { bytes: 7 } });
  await bed.client.addToxic('wire', { type: 'latency', attributes: { latency: 50 } });
  const wire = await openWire(bed.port);
  wire.socket.write('PING\r\n');
  expect(await wire.closed).toBeUndefined();
  expect(wire.received().toString()).toBe('+PONG\r\n');
});

test('a new limit counts what has passed under the old one', async () => {
  await bed.client.addToxic('wire', { type: 'limit_data', attributes: { bytes: 100 } });
  const wire = await openWire(bed.port);
  wire.socket.write('PING\r\n');
  await receive(wire, 7);
  await bed.client.updateToxic('wire', 'limit_data_downstream', { attributes: { bytes: 8 } });
  wire.socket.write('PING\r\n');
  expect(await wire.closed).toBeUndefined();
  expect(wire.received().toString()).toBe('+PONG\r\n+');
});
