import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type Bank, NOON_MS, openBank, post, sample, serves } from '../../support/serving/bank.ts';

let bank: Bank;
let eu: Awaited<ReturnType<Bank['startInference']>>;
let us: Awaited<ReturnType<Bank['startInference']>>;
let silent: Server;
let silentUrl: string;
const NOBODY = 'http://127.0.0.1:1';

beforeAll(async () => {
  bank = await openBank();
  await bank.promote(await bank.register('one'));
  eu = await bank.startInference('eu');
  us = await bank.startInference('us');
  await Promise.all([serves(eu), serves(us)]);
  // Takes connections and never answers: a process that was stopped or is swapping.
  ({ server: silent, url: silentUrl } = await listen(() => {}));
});
afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await bank.stop();
});

async function listen(handle: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

let n = 0;
const score = (gateway: { url: string }, country = 'DE', headers: Record<string, string> = {}) => {
  const transaction = { ...bank.traffic.requests[0]!, id: `region-${n++}`, country };
  return post(`${gateway.url}/v1/score`, { transaction }, headers);
};

test('the country decides the region', async () => {
  const gateway = await bank.startGateway({ eu: eu.url, us: us.url });
  expect((await score(gateway, 'DE')).body.region).toBe('eu');
  expect((await score(gateway, 'US')).body.region).toBe('us');
  expect((await score(gateway, 'TH')).body.region).toBe('eu');
});

test('replicas of a region take turns', async () => {
  const twin = await bank.startInference('eu');
  await serves(twin);
  const gateway = await bank.startGateway({ eu: [eu.url, twin.url] });
  const count = async ({ url }: { url: string }) =>
    (await sample(url, 'firedrill_inference_stage_duration_seconds_count{stage="total"}')) ?? 0;
  const before = await Promise.all([count(eu), count(twin)]);
  for (let i = 0; i < 10; i++) expect((await score(gateway)).status).toBe(200);
  const after = await Promise.all([count(eu), count(twin)]);
  expect(after.map((value, i) => value - before[i]!)).toEqual([5, 5]);
});

test('a region that cannot be reached is stood in for by the other', async () => {
  const gateway = await bank.startGateway({ eu: NOBODY, us: us.url });
  const { status, body } = await score(gateway, 'DE');
  expect(status).toBe(200);
  expect(body.region).toBe('us');
  const failed = 'firedrill_gateway_upstream_failures_total{region="eu",reason="connection"}';
  expect(await sample(gateway.url, failed)).toBe(1);
});

test('so is one without a model', async () => {
  const empty = await bank.startInference('eu', { MODEL_NAME: 'nobody_trained_this' });
  const gateway = await bank.startGateway({ eu: empty.url, us: us.url });
  expect((await score(gateway, 'DE')).body.region).toBe('us');
});

test('when nobody can answer it is a 503 that says so and when to come back', async () => {
  const gateway = await bank.startGateway({ eu: NOBODY, us: NOBODY });
  const { status, headers, body } = await score(gateway);
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toBe('1');
  expect(body.error).toMatchObject({ code: 'GATEWAY_UNAVAILABLE', message: expect.stringContaining('eu:') });
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503);
});

test('a silent region is a 504 after the time-out that is set', async () => {
  const gateway = await bank.startGateway(
    { eu: silentUrl, us: us.url },
    { SETTINGS: '{"upstream.timeout_ms": 200}' },
  );
  const startedAt = performance.now();
  const { status, body } = await score(gateway);
  expect(status).toBe(504);
  expect(body.error).toMatchObject({
    code: 'GATEWAY_TIMEOUT',
    message: expect.stringContaining('eu did not answer within 200 ms'),
  });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('request id and traceparent reach inference', async () => {
  const heard: Record<string, unknown>[] = [];
  const { server: ear, url } = await listen((request, response) => {
    heard.push(request.headers);
    response.writeHead(503).end('{}');
  });
  const gateway = await bank.startGateway({ eu: url, us: us.url });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect((await score(gateway, 'DE', { 'x-request-id': 'my-id', traceparent })).status).toBe(200);
  expect(heard[0]).toMatchObject({ 'x-request-id': 'my-id', traceparent });
  ear.close();
});

test('with API keys set, scoring needs one of them', async () => {
  const gateway = await bank.startGateway({ eu: eu.url }, { GATEWAY_API_KEYS: 'first-key, second-key' });
  const without = await score(gateway);
  expect(without.status).toBe(401);
  expect(without.body.error).toMatchObject({ code: 'GATEWAY_API_KEY', field: 'x-api-key' });
  expect((await score(gateway, 'DE', { 'x-api-key': 'wrong' })).status).toBe(401);
  expect((await score(gateway, 'DE', { 'x-api-key': 'second-key' })).status).toBe(200);
  const native = await post(`${gateway.url}/v1/channels/partner/score`, {});
  expect(native.status).toBe(401);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
});

/** The examples of services/world/README.md at business noon. */
const NATIVE = {
  terminal: {
    mti: '0100',
    f2: 'card-00001',
    f4: '000000001250',
    f7: '0303121530',
    f12: '250303121530',
    f18: '5411',
    f19: '276',
    f22: '071',
    f37: 'NATIVE1TERM0',
    f41: 'T0123L01',
    f42: 'm-1',
    f49: '978',
  },
  webshop: {
    order: {
      reference: 'NATIVE1SHOP0',
      total: { value: 12.5, currency: 'EUR' },
      placed_at: '2025-03-03T12:15:30.000Z',
    },
    customer: { card_token: 'card-00001', device_fingerprint: 'T0123L01' },
    shop: { id: 'm-1', country: 'DE' },
  },
  partner: {
    ref: 'NATIVE1PART0',
    card: 'card-00001',
    amt: '12,50',
    ccy: 'EUR',
    shop: 'm-1',
    ctry: 'DE',
    dev: 'T0123L01',
    at: String(OPENING_DAY_MS + 12.25 * 3_600_000 + 30_000),
  },
};

test('the same purchase told by three channels is the same transaction', async () => {
  expect(NOON_MS).toBe(OPENING_DAY_MS + 12 * 3_600_000);
  const gateway = await bank.startGateway({ eu: eu.url });
  for (const [channel, message] of Object.entries(NATIVE)) {
    const { status, body } = await post(`${gateway.url}/v1/channels/${channel}/score`, message);
    expect(body).toMatchObject({ decision: expect.any(String), features: { source: 'online' } });
    expect(status).toBe(200);
  }
  const transactions = await waitFor(
    'three events',
    async () => {
      const all = (await bank.events('transactions')).map(({ payload }) => payload.transaction);
      const native = all.filter(({ id }) => id.startsWith('NATIVE1'));
      return native.length === 3 && native;
    },
    { deadlineMs: 5_000, everyMs: 20 },
  );
  for (const { id, channel, ...rest } of transactions) {
    expect(NATIVE).toHaveProperty(channel);
    expect(id).toMatch(/^NATIVE1/);
    expect(rest).toEqual({
      card_id: 'card-00001',
      amount: 12.5,
      currency: 'EUR',
      merchant_id: 'm-1',
      country: 'DE',
      device_id: 'T0123L01',
      timestamp: '2025-03-03T12:15:30.000Z',
    });
  }
});
