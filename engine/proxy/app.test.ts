import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRandom } from '../../lib/kit/random.ts';
import { buildApp } from './app.ts';
import { ProxyCollection } from './collection.ts';
import { loadToxics, type ToxicRegistry } from './registry.ts';
import { freePort } from './testbed.ts';

let registry: ToxicRegistry;
let collection: ProxyCollection;
let app: ReturnType<typeof buildApp>;
beforeAll(async () => {
  registry = await loadToxics();
});
beforeEach(async () => {
  collection = new ProxyCollection(registry, createRandom(1));
  app = buildApp({ collection, token: 'secret' });
  await call('POST', '/proxies', { name: 'store', listen: '127.0.0.1:0', upstream: '127.0.0.1:6379' });
});
afterEach(async () => {
  await app.close();
  await collection.clear();
});

async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: unknown) {
  const headers = { authorization: 'Bearer secret', 'content-type': 'application/x-www-form-urlencoded' };
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const response = await app.inject({ method, url, headers, payload });
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json() };
}

describe('the token', () => {
  test.each([undefined, 'Bearer wrong', 'secret', 'Basic secret'])(
    '%s is refused everywhere',
    async (authorization) => {
      for (const url of ['/version', '/proxies', '/nowhere']) {
        const response = await app.inject({
          url,
          headers: authorization === undefined ? {} : { authorization },
        });
        expect(response.statusCode).toBe(401);
        expect(response.json()).toEqual({
          error: expect.stringContaining('Authorization: Bearer'),
          status: 401,
        });
      }
    },
  );

  test('none is needed where none is configured', async () => {
    const open = buildApp({ collection });
    expect((await open.inject('/proxies')).statusCode).toBe(200);
    await open.close();
  });
});

describe('refusals name the field and the remedy', () => {
  const refusals: [string, 'GET' | 'POST' | 'PATCH' | 'DELETE', string, unknown, number, string][] = [
    ['an unknown proxy', 'GET', '/proxies/none', undefined, 404, 'proxy not found'],
    ['an unknown toxic', 'DELETE', '/proxies/store/toxics/none', undefined, 404, 'toxic not found'],
    ['an unknown route', 'GET', '/nowhere', undefined, 404, 'no route for GET /nowhere'],
    ['no body', 'POST', '/proxies', '', 400, 'bad request body: it is empty; send JSON'],
    ['a body that is not JSON', 'POST', '/proxies', '{', 400, 'bad request body: it is not JSON'],
    ['an array for an object', 'POST', '/proxies', [], 400, 'bad request body: it must be object'],
    ['no name', 'POST', '/proxies', { upstream: 'a:1' }, 400, 'missing required field: name'],
    ['an empty name', 'POST', '/proxies', { name: '', upstream: 'a:1' }, 400, 'missing required field: name'],
    ['no upstream', 'POST', '/proxies', { name: 'a' }, 400, 'missing required field: upstream'],
    ['a bad address', 'POST', '/proxies', { name: 'a', upstream: 'a' }, 400, 'upstream must be "host:port"'],
    ['a name twice', 'POST', '/proxies', { name: 'store', upstream: 'a:1' }, 409, 'proxy already exists'],
    ['a bad switch', 'PATCH', '/proxies/store', { enabled: 'no' }, 400, 'enabled must be boolean'],
    ['no type', 'POST', '/proxies/store/toxics', {}, 400, 'missing required field: type'],
    [
      'a bad type',
      'POST',
      '/proxies/store/toxics',
      { type: 'gremlin' },
      400,
      'invalid toxic type: "gremlin"',
    ],
    [
      'a bad stream',
      'POST',
      '/proxies/store/toxics',
      { type: 'noop', stream: 'x' },
      400,
      'stream was invalid',
    ],
    [
      'a bad toxicity',
      'POST',
      '/proxies/store/toxics',
      { type: 'noop', toxicity: 2 },
      400,
      'toxicity must be <= 1',
    ],
    [
      'a negative attribute',
      'POST',
      '/proxies/store/toxics',
      { type: 'latency', attributes: { latency: -1 } },
      400,
      'attributes.latency must be >= 0',
    ],
    [
      'a missing attribute',
      'POST',
      '/proxies/store/toxics',
      { type: 'slicer' },
      400,
      'missing required field: attributes.average_size',
    ],
    [
      'a mistyped attribute',
      'POST',
      '/proxies/store/toxics',
      { type: 'latency', attributes: { latencey: 1 } },
      400,
      'attributes.latencey is unknown; latency has latency, jitter',
    ],
    ['populate without an array', 'POST', '/populate', {}, 400, 'it must be an array'],
    [
      'populate without a name',
      'POST',
      '/populate',
      [{ upstream: 'a:1' }],
      400,
      'missing required field: 0.name',
    ],
  ];
  test.each(refusals)('%s', async (_name, method, url, body, status, message) => {
    const answer = await call(method, url, body);
    expect(answer).toEqual({ status, body: { error: expect.stringContaining(message), status } });
  });

  test('a bad update leaves the toxic as it was', async () => {
    await call('POST', '/proxies/store/toxics', { type: 'latency', attributes: { latency: 5 } });
    const url = '/proxies/store/toxics/latency_downstream';
    expect((await call('PATCH', url, { attributes: { latency: 'x' }, toxicity: 0.1 })).status).toBe(400);
    expect((await call('GET', url)).body).toMatchObject({ attributes: { latency: 5 }, toxicity: 1 });
  });
});

test('a port in use is told, and the name stays free', async () => {
  const { body } = await call('GET', '/proxies/store');
  const twin = { name: 'twin', listen: body.listen, upstream: '127.0.0.1:6379' };
  const answer = await call('POST', '/proxies', twin);
  expect(answer.status).toBe(500);
  expect(answer.body.error).toContain(`listen tcp ${body.listen}`);
  expect((await call('GET', '/proxies/twin')).status).toBe(404);
  expect((await call('POST', '/proxies', { ...twin, listen: '127.0.0.1:0' })).status).toBe(201);
});

test('populate says how far it came', async () => {
  const { body } = await call('GET', '/proxies/store');
  const listen = `127.0.0.1:${await freePort()}`;
  const answer = await call('POST', '/populate', [
    { name: 'one', listen, upstream: '127.0.0.1:6379' },
    { name: 'two', listen: body.listen, upstream: '127.0.0.1:6379' },
  ]);
  expect(answer.status).toBe(500);
  expect(answer.body.proxies.map(({ name }: { name: string }) => name)).toEqual(['one']);
});

test('changes of one proxy asked for together happen in turn and the last wins', async () => {
  const toggles = [false, true, false, true, false, true].map((enabled) =>
    call('PATCH', '/proxies/store', { enabled }),
  );
  expect((await Promise.all(toggles)).map(({ status }) => status)).toEqual(Array(6).fill(200));
  expect((await call('GET', '/proxies/store')).body.enabled).toBe(true);
});
