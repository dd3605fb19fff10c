import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../lib/kit/wait.ts';
import { freePort, openRedis, openWire, receive, startRedis, startServer, startTestbed } from './testbed.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function bedBefore(port: number) {
  const bed = await startTestbed(port);
  closers.push(bed.stop);
  return bed;
}

async function serverWith(handle: (socket: Socket) => void): Promise<number> {
  const server = await startServer(handle);
  closers.push(server.stop);
  return server.port;
}

describe('before a real Redis', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeEach(async () => {
    redis = await startRedis();
    closers.push(redis.stop);
  });

  test('carries many pipelined commands on many connections', async () => {
    const bed = await bedBefore(redis.port);
    const stores = Array.from({ length: 10 }, () => openRedis(bed.port));
    const sums = await Promise.all(
      stores.map(async (store, index) => {
        const pipeline = store.pipeline();
        for (let i = 0; i < 1000; i++) pipeline.incrby(`counter:${index}`, i);
        const results = (await pipeline.exec()) ?? [];
        return results.at(-1)?.[1];
      }),
    );
    expect(sums).toEqual(Array(10).fill(499_500));
    for (const store of stores) store.disconnect();
  });

  test('disabling cuts live connections and refuses new ones; enabling on the same port heals', async () => {
    const bed = await bedBefore(redis.port);
    const live = await openWire(bed.port);
    live.socket.write('PING\r\n');
    await receive(live, 7);

    expect((await bed.client.update('wire', { enabled: false })).enabled).toBe(false);
    await live.closed;
    await expect(openWire(bed.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    await bed.client.update('wire', { enabled: true });
    const store = openRedis(bed.port);
    expect(await store.ping()).toBe('PONG');
    store.disconnect();
  });

  test('a new upstream takes over and cuts the connections to the old one', async () => {
    const other = await startRedis();
    closers.push(other.stop);
    const bed = await bedBefore(redis.port);
    const live = await openWire(bed.port);
    const name = openRedis(other.port);
    await name.set('name', 'other');
    await bed.client.update('wire', { upstream: `127.0.0.1:${other.port}` });
    await live.closed;
    const store = openRedis(bed.port);
    expect(await store.get('name')).toBe('other');
    for (const client of [store, name]) client.disconnect();
  });

  test('toxicity decides once per connection and raising it never spares one that suffers', async () => {
    const bed = await bedBefore(redis.port);
    await bed.client.addToxic('wire', { type: 'limit_data', toxicity: 0.5, attributes: { bytes: 0 } });
    const outcomes = async () => {
      const wires = await Promise.all(Array.from({ length: 40 }, () => openWire(bed.port)));
      for (const wire of wires) wire.socket.write('PING\r\n');
      const answered = wires.map((wire) =>
        receive(wire, 7).then(
          () => true,
          () => false,
        ),
      );
      const answers = await Promise.all(answered);
      for (const wire of wires) wire.socket.destroy();
      return answers.filter(Boolean).length;
    };
    const spared = await outcomes();
    expect(spared).toBeGreaterThan(5);
    expect(spared).toBeLessThan(35);
    await bed.client.updateToxic('wire', 'limit_data_downstream', { toxicity: 0 });
    expect(await outcomes()).toBe(40);
    await bed.client.updateToxic('wire', 'limit_data_downstream', { toxicity: 1 });
    expect(await outcomes()).toBe(0);
  });
});

test('an upstream that refuses closes the client', async () => {
  const bed = await bedBefore(await freePort());
  const wire = await openWire(bed.port);
  await wire.closed;
  expect(wire.received().length).toBe(0);
});

test('a client that has finished sending still gets the answer', async () => {
  const port = await serverWith((socket) => {
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    socket.on('end', () => socket.end(`${bytes} bytes`));
  });
  const bed = await bedBefore(port);
  const wire = await openWire(bed.port);
  wire.socket.end(Buffer.alloc(1_000_000));
  expect(await wire.closed).toBeUndefined();
  expect(wire.received().toString()).toBe('1000000 bytes');
});

test('a client that vanishes takes its upstream connection with it', async () => {
  let served: Socket | undefined;
  const bed = await bedBefore(
    await serverWith((socket) => {
      served = socket;
      socket.resume();
    }),
  );
  const wire = await openWire(bed.port);
  wire.socket.write('hello');
  const socket = await waitFor('the connection upstream', () => served, { deadlineMs: 10_000, everyMs: 5 });
  const ended = once(socket, 'end');
  wire.socket.resetAndDestroy();
  await ended;
});

test('connections that are gone leave no timers behind', async () => {
  const bed = await bedBefore(await serverWith((socket) => socket.pipe(socket)));
  await bed.client.addToxic('wire', { type: 'timeout', attributes: { timeout: 3_600_000 } });
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const wires = await Promise.all(Array.from({ length: 50 }, () => openWire(bed.port)));
  const within = { deadlineMs: 10_000, everyMs: 5 };
  await waitFor('a timer for each connection', () => timers() >= 50, within);
  for (const { socket } of wires) socket.resetAndDestroy();
  await waitFor('the timers to be gone', () => timers() < 50, within);
});

// 64 MiB is far more than the kernel buffers of both hops and our own bound together.
const SIZE = 64 * 1024 * 1024;
const block = Buffer.alloc(64 * 1024, 'firedrill');

test.each([
  ['a client that does not read', undefined],
  ['a toxic that holds everything', { type: 'latency', attributes: { latency: 3_600_000 } }],
])('%s stops the sender, and nothing is lost', async (_name, toxic) => {
  let accepted = 0;
  const bed = await bedBefore(
    await serverWith((socket) => {
      const pump = () => {
        while (accepted < SIZE) {
          accepted += block.length;
          if (!socket.write(block)) return void socket.once('drain', pump);
        }
        socket.end();
      };
      pump();
    }),
  );
  if (toxic !== undefined) await bed.client.addToxic('wire', toxic);
  const wire = await openWire(bed.port);
  if (toxic === undefined) wire.socket.pause();

  let before = -1;
  await waitFor(
    'the sender to stand still',
    () => {
      const still = accepted > 0 && accepted === before;
      before = accepted;
      return still;
    },
    { deadlineMs: 20_000, everyMs: 250 },
  );
  expect(accepted).toBeLessThan(SIZE);

  if (toxic === undefined) wire.socket.resume();
  else await bed.client.removeToxic('wire', 'latency_downstream');
  await wire.closed;
  const expected = createHash('sha256');
  for (let sent = 0; sent < SIZE; sent += block.length) expected.update(block);
  expect(createHash('sha256').update(wire.received()).digest('hex')).toBe(expected.digest('hex'));
});
