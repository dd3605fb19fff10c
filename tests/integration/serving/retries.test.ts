import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHED_CODE } from '../../../lib/contract/pressure.ts';
import { type Bank, openBank, post, sample, serves } from '../../support/serving/bank.ts';

let bank: Bank;
let us: Awaited<ReturnType<Bank['startInference']>>;
const servers: Server[] = [];
const heard: Record<string, unknown>[] = [];

beforeAll(async () => {
  bank = await openBank();
  await bank.promote(await bank.register('one'));
  us = await bank.startInference('us');
  await serves(us);
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await bank.stop();
});

async function listen(handle: RequestListener): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
/** A replica that has enough to do, or says anything else with 503. */
const refusing = (code: string) =>
  listen((request, response) => {
    heard.push(request.headers);
    const error = { code, message: 'no', field: null };
    response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
  });

let n = 0;
const score = ({ url }: { url: string }, headers: Record<string, string> = {}) => {
  const transaction = {
    ...bank.traffic.requests[0]!,
    id: `retry-${n++}`,
    country: 'DE',
    channel: 'terminal',
  };
  return post(`${url}/v1/score`, { transaction }, headers);
};
const retries = ({ url }: { url: string }, reason: string, result: string) =>
  sample(url, `firedrill_gateway_retries_total{reason="${reason}",result="${result}"}`);
/** Two second tries, and no more to come for a long time. */
const POOR = JSON.stringify({ 'retry.ratio': 0, 'retry.min_per_second': 0.2 });

test('a shed answer is tried elsewhere while the budget lasts, and then passed on with when to come back', async () => {
  const gateway = await bank.startGateway({ eu: await refusing(SHED_CODE), us: us.url }, { SETTINGS: POOR });
  expect((await score(gateway)).body.region).toBe('us');
  expect((await score(gateway)).body.region).toBe('us');
  const { status, headers, body } = await score(gateway);
  expect([status, headers.get('retry-after'), body.error.code]).toEqual([503, '1', 'GATEWAY_OVERLOADED']);
  expect(await retries(gateway, 'overloaded', 'charged')).toBe(2);
  expect(await retries(gateway, 'overloaded', 'refused')).toBe(1);
  gateway.service.settings.patch({ 'retry.budget': false });
  expect((await score(gateway)).body.region).toBe('us');
});

test('a replica that has not begun costs nothing: the loss of a region is borne by the other', async () => {
  for (const url of ['http://127.0.0.1:1', await refusing('INF_NOT_READY')]) {
    const gateway = await bank.startGateway({ eu: url, us: us.url }, { SETTINGS: POOR });
    for (let i = 0; i < 10; i++) expect((await score(gateway)).body.region).toBe('us');
    const reason = url.endsWith(':1') ? 'connection' : 'unavailable';
    expect(await retries(gateway, reason, 'free')).toBe(10);
  }
});

test('inference hears how important it is and how long the caller still waits', async () => {
  const gateway = await bank.startGateway({ eu: await refusing(SHED_CODE), us: us.url });
  heard.length = 0;
  await score(gateway);
  await score(gateway, { 'x-priority': 'low', 'x-envoy-expected-rq-timeout-ms': '300' });
  const waits = heard.map((headers) => Number(headers['x-envoy-expected-rq-timeout-ms']));
  expect(heard.map((headers) => headers['x-priority'])).toEqual(['high', 'low']);
  expect(waits[0]).toBeGreaterThan(300);
  expect(waits[0]).toBeLessThanOrEqual(1_000);
  expect(waits[1]).toBeLessThanOrEqual(300);
});

test('inference turns away whose caller does not wait any longer, and counts it', async () => {
  const transaction = { ...bank.traffic.requests[0]!, id: 'too-late' };
  const headers = { 'x-envoy-expected-rq-timeout-ms': '0', 'x-priority': 'low' };
  const { status, body } = await post(`${us.url}/v1/score`, { transaction }, headers);
  expect([status, body.error.code]).toEqual([503, SHED_CODE]);
  const shed = 'firedrill_admission_shed_total{resource="scoring",priority="low",reason="deadline"}';
  expect(await sample(us.url, shed)).toBe(1);
});

describe('a try that takes too long', () => {
  /** Takes what comes and says nothing, as a replica does that is busy with what nobody waits for. */
  const silent = () => listen((request) => void heard.push(request.headers));
  const trying = (attempts: number) => ({
    SETTINGS: JSON.stringify({
      ...JSON.parse(POOR),
      'retry.attempts': attempts,
      'retry.try_timeout_ms': 100,
      'upstream.timeout_ms': 5_000,
    }),
  });

  test('is given up for another replica, while the budget lasts', async () => {
    heard.length = 0;
    const gateway = await bank.startGateway({ eu: await silent(), us: us.url }, trying(2));
    for (let i = 0; i < 2; i++) expect((await score(gateway)).body.region).toBe('us');
    const { status, body } = await score(gateway);
    expect([status, body.error.code]).toEqual([504, 'GATEWAY_LATE']);
    expect(await retries(gateway, 'timeout', 'charged')).toBe(2);
    expect(await retries(gateway, 'timeout', 'refused')).toBe(1);
    // Whoever works on it hears how long that try may take, not how long the customer waits.
    expect(heard.map((headers) => Number(headers['x-envoy-expected-rq-timeout-ms']))).toEqual([
      100, 100, 100,
    ]);
  });

  test('without a budget all tries are made, home and abroad by turns', async () => {
    heard.length = 0;
    const abroad: unknown[] = [];
    const usUrl = await listen((request) => void abroad.push(request.headers));
    const gateway = await bank.startGateway({ eu: await silent(), us: usUrl }, trying(5));
    gateway.service.settings.patch({ 'retry.budget': false });
    expect((await score(gateway)).status).toBe(504);
    expect([heard.length, abroad.length]).toEqual([3, 2]);
  });

  test('a lone replica is not asked twice', async () => {
    heard.length = 0;
    const gateway = await bank.startGateway({ eu: await silent() }, trying(5));
    expect((await score(gateway)).status).toBe(504);
    expect(heard).toHaveLength(1);
  });
});
