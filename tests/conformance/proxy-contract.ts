import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ProxyApiError, ProxyClient } from '../../engine/proxy/client.ts';
import { openWire, portOf, receive, startRedis, type Wire } from '../../engine/proxy/testbed.ts';

export interface RunningProxy {
  url: string;
  stop: () => Promise<void>;
}

/** What the engine relies on, whichever proxy answers: run with the one client against a running server. */
export function describeProxyContract(name: string, start: () => Promise<RunningProxy>): void {
  describe(`one client, one contract: ${name}`, () => {
    let redis: Awaited<ReturnType<typeof startRedis>>;
    let server: RunningProxy;
    let client: ProxyClient;
    const wires: Wire[] = [];

    beforeAll(async () => {
      redis = await startRedis();
      server = await start();
      client = new ProxyClient({ url: server.url, token: 'secret' });
    });
    afterEach(async () => {
      for (const { socket } of wires.splice(0)) socket.destroy();
      for (const proxy of Object.keys(await client.list())) await client.delete(proxy);
    });
    afterAll(async () => {
      await server.stop();
      await redis.stop();
    });

    const upstream = () => `127.0.0.1:${redis.port}`;
    const createProxy = () => client.create({ name: 'store 1', listen: '127.0.0.1:0', upstream: upstream() });

    async function wireTo({ listen }: { listen: string }): Promise<Wire> {
      const wire = await openWire(portOf(listen));
      wires.push(wire);
      return wire;
    }

    async function ping(wire: Wire): Promise<void> {
      const before = wire.received().length;
      wire.socket.write('PING\r\n');
      await receive(wire, before + 7);
    }

    test('announces a version', async () => {
      expect(await client.version()).toMatch(/^[\w.+-]+$/);
    });

    test('makes, lists, shows, turns off and on, and removes a proxy', async () => {
      const made = await createProxy();
      expect(made).toMatchObject({ name: 'store 1', upstream: upstream(), enabled: true, toxics: [] });
      expect(made.listen).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
      expect(Object.keys(await client.list())).toEqual(['store 1']);
      const live = await wireTo(made);
      await ping(live);

      expect(await client.update('store 1', { enabled: false })).toMatchObject({
        enabled: false,
        listen: made.listen,
      });
      await live.closed;
      await expect(wireTo(made)).rejects.toMatchObject({ code: 'ECONNREFUSED' });

      await client.update('store 1', { enabled: true });
      expect((await client.get('store 1')).enabled).toBe(true);
      await ping(await wireTo(made));

      await client.delete('store 1');
      expect(await client.list()).toEqual({});
      await expect(wireTo(made)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });

    test('populates, enabled or not', async () => {
      const specs = [
        { name: 'on', listen: '127.0.0.1:0', upstream: upstream() },
        { name: 'off', listen: '127.0.0.1:0', upstream: upstream(), enabled: false },
      ];
      const made = await client.populate(specs);
      expect(made.map(({ name: made, enabled }) => [made, enabled])).toEqual([
        ['on', true],
        ['off', false],
      ]);
    });

    test('sets toxics with defaults, lists, changes and removes them', async () => {
      await createProxy();
      const set = await client.addToxic('store 1', { type: 'latency', attributes: { latency: 10 } });
      const expected = { name: 'latency_downstream', type: 'latency', stream: 'downstream', toxicity: 1 };
      expect(set).toEqual({ ...expected, attributes: { latency: 10, jitter: 0 } });
      await client.addToxic('store 1', {
        name: 'slow',
        type: 'bandwidth',
        stream: 'upstream',
        attributes: { rate: 9 },
      });
      const names = (await client.toxics('store 1')).map((toxic) => toxic.name);
      expect(names.sort()).toEqual(['latency_downstream', 'slow']);

      const change = { attributes: { jitter: 5 }, toxicity: 0.5 };
      const changed = await client.updateToxic('store 1', 'latency_downstream', change);
      expect(changed).toEqual({ ...expected, toxicity: 0.5, attributes: { latency: 10, jitter: 5 } });

      await client.removeToxic('store 1', 'slow');
      expect((await client.get('store 1')).toxics).toEqual([changed]);
    });

    test('reset turns every proxy on and removes every toxic', async () => {
      await createProxy();
      await client.addToxic('store 1', { type: 'latency' });
      await client.update('store 1', { enabled: false });
      await client.reset();
      expect(await client.get('store 1')).toMatchObject({ enabled: true, toxics: [] });
    });

    test('refuses with a status and a sentence', async () => {
      const { listen } = await createProxy();
      const refusals: [() => Promise<unknown>, number, RegExp][] = [
        [() => client.get('none'), 404, /^proxy not found/],
        [() => client.update('none', {}), 404, /^proxy not found/],
        [() => client.removeToxic('store 1', 'none'), 404, /^toxic not found/],
        [() => client.updateToxic('store 1', 'none', {}), 404, /^toxic not found/],
        [() => client.create({ name: '', listen, upstream: 'a:1' }), 400, /^missing required field: name/],
        [() => client.create({ name: 'a', listen, upstream: '' }), 400, /^missing required field: upstream/],
        [() => client.create({ name: 'store 1', listen, upstream: 'a:1' }), 409, /^proxy already exists/],
        [() => client.create({ name: 'a', listen, upstream: 'a:1' }), 500, /address already in use/],
        [() => client.addToxic('store 1', { type: 'gremlin' }), 400, /^invalid toxic type/],
        [
          () => client.addToxic('store 1', { type: 'noop', stream: 'sideways' as 'upstream' }),
          400,
          /^stream was invalid/,
        ],
        [
          () => client.addToxic('store 1', { type: 'latency', attributes: { latency: 'x' as never } }),
          400,
          /^bad request body/,
        ],
      ];
      for (const [call, status, message] of refusals) {
        const error = await call().catch((refusal: unknown) => refusal);
        expect(error).toBeInstanceOf(ProxyApiError);
        expect(error).toMatchObject({ status, message: expect.stringMatching(message) });
      }
      await client.addToxic('store 1', { type: 'latency' });
      await expect(client.addToxic('store 1', { type: 'latency' })).rejects.toMatchObject({
        status: 409,
        message: 'toxic already exists',
      });
    });

    test('latency slows a live connection and its removal heals it', async () => {
      const wire = await wireTo(await createProxy());
      await ping(wire);
      await client.addToxic('store 1', { type: 'latency', attributes: { latency: 80 } });
      const asked = performance.now();
      await ping(wire);
      expect(performance.now() - asked).toBeGreaterThanOrEqual(80);
      await client.updateToxic('store 1', 'latency_downstream', { attributes: { latency: 3_600_000 } });
      wire.socket.write('PING\r\n');
      await client.removeToxic('store 1', 'latency_downstream');
      await receive(wire, 21);
    });

    test('bandwidth limits', async () => {
      const wire = await wireTo(await createProxy());
      await client.addToxic('store 1', { type: 'bandwidth', stream: 'upstream', attributes: { rate: 100 } });
      const asked = performance.now();
      wire.socket.write(`${'PING\r\n'.repeat(5000)}`);
      await receive(wire, 5000 * 7);
      // 30 kB at 100 bytes a millisecond.
      expect(performance.now() - asked).toBeGreaterThanOrEqual(295);
    });

    test('timeout swallows data until the connection closes', async () => {
      const made = await createProxy();
      await client.addToxic('store 1', { type: 'timeout', attributes: { timeout: 100 } });
      const wire = await wireTo(made);
      wire.socket.write('PING\r\n');
      await wire.closed;
      expect(wire.received().length).toBe(0);
    });

    test('removing a timeout closes the connection that lost data', async () => {
      const made = await createProxy();
      const wire = await wireTo(made);
      await ping(wire);
      await client.addToxic('store 1', { type: 'timeout', attributes: { timeout: 0 } });
      wire.socket.write('PING\r\n');
      await client.removeToxic('store 1', 'timeout_downstream');
      await wire.closed;
      await ping(await wireTo(made));
    });

    test('reset_peer resets', async () => {
      const made = await createProxy();
      await client.addToxic('store 1', { type: 'reset_peer', attributes: { timeout: 0 } });
      const wire = await wireTo(made);
      wire.socket.write('PING\r\n');
      expect(await wire.closed).toBe('ECONNRESET');
    });

    test('limit_data cuts after so many bytes', async () => {
      const made = await createProxy();
      await client.addToxic('store 1', { type: 'limit_data', attributes: { bytes: 10 } });
      const wire = await wireTo(made);
      wire.socket.write('PING\r\nPING\r\n');
      await wire.closed;
      expect(wire.received().toString()).toBe('+PONG\r\n+PO');
    });

    test('slow_close delays the end', async () => {
      const made = await createProxy();
      await client.addToxic('store 1', { type: 'slow_close', attributes: { delay: 120 } });
      const wire = await wireTo(made);
      const asked = performance.now();
      wire.socket.write('QUIT\r\n');
      await wire.closed;
      expect(performance.now() - asked).toBeGreaterThanOrEqual(119);
      expect(wire.received().toString()).toBe('+OK\r\n');
    });

    test('slicer loses nothing', async () => {
      const made = await createProxy();
      await client.addToxic('store 1', {
        type: 'slicer',
        attributes: { average_size: 3, size_variation: 1, delay: 10 },
      });
      const wire = await wireTo(made);
      wire.socket.write('PING\r\n'.repeat(20));
      expect((await receive(wire, 140)).toString()).toBe('+PONG\r\n'.repeat(20));
    });
  });
}
