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

test.each(['upstream', 'downstream'] as const)(
  '%s: a live connection is reset at its next bytes',
  async (stream) => {
    const wire = await openWire(bed.port);
    wire.socket.write('PING\r\n');
    await receive(wire, 7);
    await bed.client.addToxic('wire', { type: 'reset_peer', stream, attributes: { timeout: 50 } });
    const asked = performance.now();
    wire.socket.write('PING\r\n');
    expect(await wire.closed).toBe('ECONNRESET');
    expect(performance.now() - asked).toBeGreaterThanOrEqual(49);
    expect(wire.received().toString()).toBe('+PONG\r\n');
  },
);

test('an idle connection is spared, and healed by removal', async () => {
  const doomed = await openWire(bed.port);
  const idle = await openWire(bed.port);
  for (const wire of [doomed, idle]) wire.socket.write('PING\r\n');
  for (const wire of [doomed, idle]) await receive(wire, 7);
  await bed.client.addToxic('wire', { type: 'reset_peer', attributes: { timeout: 200 } });
  doomed.socket.write('PING\r\n');
  expect(await doomed.closed).toBe('ECONNRESET');
  await bed.client.removeToxic('wire', 'reset_peer_downstream');
  idle.socket.write('PING\r\n');
  expect((await receive(idle, 14)).toString()).toBe('+PONG\r\n+PONG\r\n');
  idle.socket.destroy();
});
