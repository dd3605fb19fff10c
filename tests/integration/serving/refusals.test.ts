import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../lib/kit/clock.ts';
import { type Bank, NOON_MS, openBank, serves } from '../../support/serving/bank.ts';

let bank: Bank;
let gateway: Awaited<ReturnType<Bank['startGateway']>>;
let inference: Awaited<ReturnType<Bank['startInference']>>;

beforeAll(async () => {
  bank = await openBank();
  await bank.promote(await bank.register('one'));
  inference = await bank.startInference('eu');
  await serves(inference);
  gateway = await bank.startGateway({ eu: inference.url });
});
afterAll(() => bank.stop());

interface Refusal {
  name: string;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
  status: number;
  /** What the error must name. */
  field: string;
  says?: RegExp;
}

const TRANSACTION = {
  id: 't-1',
  card_id: 'card-00001',
  amount: 12.5,
  currency: 'EUR',
  merchant_id: 'm-1',
  country: 'DE',
  device_id: 'd-1',
  channel: 'terminal',
  timestamp: new Date(NOON_MS).toISOString(),
};
const JSON_TYPE = { 'content-type': 'application/json' };
const send = (changes: object): string => JSON.stringify({ transaction: { ...TRANSACTION, ...changes } });
const bad = (field: string, value: unknown, says?: RegExp): Refusal => ({
  name: `${field} ${JSON.stringify(value)}`,
  body: send({ [field]: value }),
  status: 400,
  field: `transaction.${field}`,
  ...(says && { says }),
});

/** Refused by inference and gateway alike. */
const REFUSALS: Refusal[] = [
  bad('amount', '12.50', /must be number/),
  bad('amount', true, /must be number/),
  bad('amount', null, /must be number/),
  bad('amount', -1, /must be > 0/),
  bad('amount', 0, /must be > 0/),
  {
    ...bad('amount', 1),
    name: 'infinite amount',
    body: send({ amount: 1 }).replace('"amount":1', '"amount":1e999'),
  },
  bad('currency', 'XXX', /EUR/),
  bad('country', 'Germany'),
  bad('channel', 'fax', /terminal/),
  bad('card_id', 'has blanks'),
  bad('card_id', 'x'.repeat(65)),
  bad('id', ''),
  bad('id', 7, /must be string/),
  bad('timestamp', 'yesterday', /RFC 3339/),
  bad('timestamp', '2025-02-30T12:00:00Z', /RFC 3339/),
  bad('timestamp', '2025-03-03T23:59:60Z', /no moment in time/),
  bad('timestamp', 1741003200000),
  { ...bad('surprise', 1, /not a known field/) },
  {
    name: 'missing field',
    body: send({ amount: undefined }),
    status: 400,
    field: 'transaction.amount',
    says: /missing/,
  },
  { name: 'missing transaction', body: '{}', status: 400, field: 'transaction', says: /missing/ },
  { name: 'array', body: '[]', status: 400, field: 'body' },
  { name: 'null', body: 'null', status: 400, field: 'body' },
  { name: 'text', body: '"hello"', status: 400, field: 'body' },
  { name: 'bad JSON', body: '{"transaction":', status: 400, field: 'body', says: /not valid JSON/ },
  { name: 'not JSON', body: 'id=1', status: 400, field: 'body', says: /not valid JSON/ },
  { name: 'prototype', body: '{"__proto__": {"admin": true}}', status: 400, field: 'body' },
  { name: 'empty body', body: '', status: 400, field: 'body', says: /empty/ },
  {
    name: '3 MB body',
    body: send({ id: 'x'.repeat(3_000_000) }),
    status: 413,
    field: 'body',
    says: /larger/,
  },
  {
    name: 'wrong content type',
    headers: { 'content-type': 'text/csv' },
    body: 'a,b',
    status: 415,
    field: 'content-type',
    says: /application\/json/,
  },
  { name: 'wrong method', method: 'GET', headers: {}, status: 405, field: 'method', says: /use POST/ },
  { name: 'another wrong method', method: 'PUT', body: '{}', status: 405, field: 'method', says: /use POST/ },
  { name: 'unknown path', path: '/v1/scores', body: '{}', status: 404, field: 'path', says: /\/v1\/scores/ },
];

const iso = (ms: number) => new Date(ms).toISOString();
/** Refused at the door. */
const AT_THE_DOOR: Refusal[] = [
  bad('timestamp', iso(NOON_MS + 1.2 * HOUR_MS), /ahead of the bank, where it is 2025-03-03T12:0/),
  bad('timestamp', iso(NOON_MS - 7.1 * DAY_MS), /behind the bank, where it is 2025-03-03T12:0/),
  {
    name: 'unknown channel',
    path: '/v1/channels/fax/score',
    body: '{}',
    status: 404,
    field: 'channel',
    says: /partner, terminal, webshop/,
  },
  {
    name: 'native message without its amount',
    path: '/v1/channels/terminal/score',
    body: '{"mti":"0100"}',
    status: 400,
    field: 'f2',
  },
];

const SHARED = REFUSALS.map((refusal) => ({
  path: '/v1/score',
  method: 'POST',
  headers: JSON_TYPE,
  ...refusal,
}));
const DOOR = AT_THE_DOOR.map((refusal) => ({
  path: '/v1/score',
  method: 'POST',
  headers: JSON_TYPE,
  ...refusal,
}));

function judge({ status, field, says }: Refusal, got: { status: number; body: string }): void {
  const { error } = JSON.parse(got.body) as { error: { code: string; message: string; field: string } };
  expect({ status: got.status, field: error.field }).toEqual({ status, field });
  expect(error.code).toMatch(/^[A-Z0-9_]+$/);
  if (says) expect(error.message).toMatch(says);
}

/** Over a real connection, body in one go and without waiting: what an impatient client does. */
function overSocket(base: string, { path, method, headers, body }: Refusal) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const request = httpRequest(`${base}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
    });
    request.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe.each(['gateway', 'inference'] as const)('%s', (name) => {
  const service = () => (name === 'gateway' ? gateway : inference);
  const refusals = name === 'gateway' ? [...SHARED, ...DOOR] : SHARED;

  test.each(refusals)('$name: $status', async (refusal) => {
    const { path, method, headers, body } = refusal;
    const { statusCode, payload } = await service().service.app.inject({
      method: method as 'POST',
      url: path,
      headers,
      ...(body !== undefined && { payload: body }),
    });
    judge(refusal, { status: statusCode, body: payload });
  });

  test.each(refusals)('$name over a socket: $status', async (refusal) => {
    judge(refusal, await overSocket(service().url, refusal));
  });
});

test('after all that the bank still scores', async () => {
  const { status, body } = await overSocket(gateway.url, {
    name: '',
    path: '/v1/score',
    method: 'POST',
    headers: JSON_TYPE,
    body: send({}),
    status: 200,
    field: '',
  });
  expect(status).toBe(200);
  expect(Number.isFinite(JSON.parse(body).score)).toBe(true);
});

const EXTREMES: [string, object][] = [
  ['the largest amount', { amount: 1_000_000 }],
  ['the smallest amount', { amount: Number.MIN_VALUE }],
  [
    'names that look like keys',
    { card_id: '__proto__', device_id: 'constructor', merchant_id: 'features:fraud' },
  ],
];
test.each(EXTREMES)('%s gets a finite score', async (_name, changes) => {
  const { statusCode, payload } = await gateway.service.app.inject({
    method: 'POST',
    url: '/v1/score',
    headers: JSON_TYPE,
    payload: send(changes),
  });
  expect(statusCode).toBe(200);
  expect(Number.isFinite(JSON.parse(payload).score)).toBe(true);
});
