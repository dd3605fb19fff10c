import Type from 'typebox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from './errors.ts';
import { type App, actorOf, createHttp, requireToken } from './http.ts';
import { createLogger } from './logging.ts';
import { createMetrics } from './metrics.ts';

let app: App;
let url: string;
const metrics = createMetrics();

beforeAll(async () => {
  app = createHttp({ logger: createLogger({ name: 'test', level: 'silent' }), metrics, bodyLimit: 1_000 });
  const body = Type.Object(
    {
      amount: Type.Number({ exclusiveMinimum: 0 }),
      currency: Type.Unsafe<string>({ type: 'string', enum: ['EUR', 'USD'] }),
      at: Type.Optional(Type.String({ format: 'date-time' })),
    },
    { additionalProperties: false },
  );
  app.post('/v1/pay', { schema: { body } }, async (request) => request.body);
  app.get(
    '/v1/pages',
    { schema: { querystring: Type.Object({ n: Type.Integer() }) } },
    (request) => request.query,
  );
  app.delete('/v1/pay/:id', { preHandler: requireToken('secret-token') }, async (request) =>
    actorOf(request),
  );
  app.get('/v1/refuses', async () => {
    throw new AppError('TST_TAKEN', 409, 'it is taken; choose another', { field: 'name' });
  });
  app.get('/v1/breaks', async () => {
    throw new Error('the password is hunter2');
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

const send = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(url + path, init);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as unknown };
};
const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  send('/v1/pay', { method: 'POST', body, headers });
const refusal = (code: string, field: string | null, message: string) => ({
  error: { code, field, message: expect.stringContaining(message) },
});

test.each([
  ['a missing field', '{"amount": 1}', 'currency', 'currency is missing'],
  ['another type', '{"amount": "1", "currency": "EUR"}', 'amount', 'must be number'],
  ['a negative amount', '{"amount": -1, "currency": "EUR"}', 'amount', 'must be > 0'],
  ['an infinite amount', '{"amount": 1e999, "currency": "EUR"}', 'amount', 'amount must be'],
  ['a value not on the list', '{"amount": 1, "currency": "XXX"}', 'currency', 'one of EUR, USD'],
  ['a field nobody knows', '{"amount": 1, "currency": "EUR", "tip": 1}', 'tip', 'not a known field'],
  ['a bad time', '{"amount": 1, "currency": "EUR", "at": "noon"}', 'at', 'RFC 3339'],
  ['no object', '[]', 'body', 'must be object'],
])('%s is a 400 that names the field', async (_case, body, field, message) => {
  const answer = await post(body);
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(refusal('HTTP_INVALID_REQUEST', field, message));
});

test.each([
  ['bad JSON', () => post('{'), 400, 'HTTP_BODY_NOT_JSON', 'body'],
  ['no body', () => post(''), 400, 'HTTP_BODY_MISSING', 'body'],
  ['a body too large', () => post(`"${'x'.repeat(2_000)}"`), 413, 'HTTP_BODY_TOO_LARGE', 'body'],
  [
    'another content type',
    () => post('a', { 'content-type': 'text/csv' }),
    415,
    'HTTP_UNSUPPORTED_MEDIA_TYPE',
    'content-type',
  ],
  ['a path that is none', () => send('/v1/%zz'), 400, 'HTTP_BAD_PATH', 'path'],
  ['an unknown path', () => send('/v1/nothing?x=1'), 404, 'HTTP_NOT_FOUND', 'path'],
  ['another method', () => send('/v1/pay', { method: 'GET' }), 405, 'HTTP_METHOD_NOT_ALLOWED', 'method'],
  ['no token', () => send('/v1/pay/7', { method: 'DELETE' }), 401, 'HTTP_UNAUTHORIZED', 'authorization'],
  ['a text for a number in the query', () => send('/v1/pages?n=x'), 400, 'HTTP_INVALID_REQUEST', 'n'],
  ['an error of ours', () => send('/v1/refuses'), 409, 'TST_TAKEN', 'name'],
] as const)(
  '%s has its status, code and the part of the request',
  async (_case, ask, status, code, field) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual(refusal(code, field, ''));
  },
);

test('a method that is not possible says which are', async () => {
  const { headers } = await send('/v1/pay', { method: 'GET' });
  expect(headers.get('allow')).toBe('POST');
});

test('a failure of ours tells nobody what went wrong inside', async () => {
  const { status, body } = await send('/v1/breaks');
  expect(status).toBe(500);
  expect(body).toEqual(refusal('HTTP_INTERNAL', null, 'this service failed'));
  expect(JSON.stringify(body)).not.toContain('hunter2');
});

test('the bearer passes, and the actor is the header or the token', async () => {
  const authorization = 'Bearer secret-token';
  const as = (headers: Record<string, string>) =>
    fetch(`${url}/v1/pay/7`, { method: 'DELETE', headers: { authorization, ...headers } }).then((r) =>
      r.text(),
    );
  expect(await as({})).toBe('operator');
  expect(await as({ 'x-actor': 'ada' })).toBe('ada');
});

test('requests are counted by route, never by path', async () => {
  const page = await metrics.registry.metrics();
  expect(page).toMatch(
    /request_duration_seconds_count\{.*method="DELETE",route="\/v1\/pay\/:id",status="200"/,
  );
  expect(page).not.toContain('/v1/pay/7');
  expect(page).not.toContain('/v1/nothing');
});
