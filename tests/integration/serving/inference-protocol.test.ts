import { afterAll, beforeAll, expect, test } from 'vitest';
import { TOKEN } from '../../support/registry.ts';
import { type Bank, openBank, post, serves } from '../../support/serving/bank.ts';

let bank: Bank;
let v2: string;
let inference: Awaited<ReturnType<Bank['startInference']>>;
const ADMIN = { authorization: `Bearer ${TOKEN}` };

beforeAll(async () => {
  bank = await openBank();
  inference = await bank.startInference('eu');
  v2 = `${inference.url}/v2`;
});
afterAll(() => bank.stop());

const get = async (path: string) => {
  const response = await fetch(v2 + path);
  return { status: response.status, body: (await response.json()) as unknown };
};
const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => bank.traffic.columns.map((column) => column[i]!));
const width = () => bank.view.features.length;
const input = (changes: object = {}) => ({
  inputs: [{ name: 'features', datatype: 'FP32', shape: [2, width()], data: rows(2).flat(), ...changes }],
});

test('before there is a model: alive, not ready, and unknown models are another thing', async () => {
  expect(await get('/health/live')).toEqual({ status: 200, body: { live: true } });
  expect(await get('/health/ready')).toMatchObject({ status: 503, body: { ready: false } });
  expect(await get('/models/fraud/ready')).toMatchObject({
    status: 503,
    body: { error: expect.any(String) },
  });
  expect(await get('/models/churn')).toMatchObject({
    status: 404,
    body: { error: expect.stringContaining('churn') },
  });
  expect((await post(`${v2}/models/fraud/infer`, input())).status).toBe(503);
  expect((await post(`${v2}/repository/index`, {})).body).toMatchObject([
    { name: 'fraud', state: 'UNAVAILABLE' },
  ]);
  expect((await post(`${v2}/repository/index`, { ready: true })).body).toEqual([]);
});

test('server and model describe themselves', async () => {
  await bank.promote(await bank.register('one'));
  await serves(inference);
  expect(await get('')).toMatchObject({ status: 200, body: { extensions: ['model_repository'] } });
  expect(await get('/health/ready')).toEqual({ status: 200, body: { ready: true } });
  const metadata = {
    name: 'fraud',
    versions: ['1'],
    platform: 'onnxruntime_onnx',
    inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, width()] }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
  };
  expect(await get('/models/fraud')).toEqual({ status: 200, body: metadata });
  expect(await get('/models/fraud/versions/1')).toEqual({ status: 200, body: metadata });
  expect(await get('/models/fraud/versions/1/ready')).toMatchObject({ status: 200 });
  expect((await get('/models/fraud/versions/9')).status).toBe(404);
});

test('infer answers the scores of the model itself, for flat and nested data', async () => {
  const { golden } = inference.serving.current!.registered.manifest;
  const data = golden.map(({ features }) => features);
  const shape = [data.length, width()];
  const flat = await post(`${v2}/models/fraud/infer`, { id: 'mine', ...input({ shape, data: data.flat() }) });
  expect(flat.body).toMatchObject({ model_name: 'fraud', model_version: '1', id: 'mine' });
  const [output] = flat.body.outputs;
  expect(output).toMatchObject({ name: 'probabilities', datatype: 'FP32', shape: [data.length, 2] });
  for (const [i, { score }] of golden.entries()) expect(output.data[i * 2 + 1]).toBeCloseTo(score, 5);
  const nested = await post(`${v2}/models/fraud/versions/1/infer`, input({ shape, data }));
  expect(nested.body.outputs[0].data).toEqual(output.data);
});

test.each([
  ['another input', () => input({ name: 'pixels' }), /features/],
  ['another type', () => input({ datatype: 'INT64' }), /FP32/],
  ['another width', () => input({ shape: [1, 3] }), /shape/],
  ['too little data', () => input({ data: [1, 2, 3] }), /3 values/],
  ['text for numbers', () => input({ shape: [1, width()], data: rows(1)[0]!.map(String) }), /FP32/],
  ['numbers beyond FP32', () => input({ shape: [1, width()], data: rows(1)[0]!.map(() => 1e300) }), /FP32/],
  ['an unknown output', () => ({ ...input(), outputs: [{ name: 'label' }] }), /label/],
  ['no inputs', () => ({}), /inputs/],
])('%s is a 400 with the reason', async (_name, body, says) => {
  const { status, body: answer } = await post(`${v2}/models/fraud/infer`, body());
  expect(status).toBe(400);
  expect(Object.keys(answer)).toEqual(['error']);
  expect(answer.error).toMatch(says);
});

test('clients of the protocol are turned away like everybody else when there is no place', async () => {
  const set = (settings: Record<string, unknown>) =>
    fetch(`${inference.url}/v1/settings`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', ...ADMIN },
      body: JSON.stringify(settings),
    });
  await set({ 'admission.limit_min': 1, 'admission.limit_max': 1, 'admission.queue': 0 });
  const body = input({
    shape: [512, width()],
    data: Array.from({ length: 256 }, () => rows(2).flat()).flat(),
  });
  const infer = () => post(`${v2}/models/fraud/infer`, body);
  const answers = await Promise.all(Array.from({ length: 20 }, infer));
  await set({ 'admission.limit_min': 64, 'admission.limit_max': 1_000, 'admission.queue': 256 });
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(answers.length);
  for (const { status, headers, body } of refused) {
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toEqual({ error: expect.any(String) });
  }
  expect((await infer()).status).toBe(200);
});

test('loading and unloading need the token, are audited, and take traffic away and back', async () => {
  const call = (what: string, headers = {}) => post(`${v2}/repository/models/fraud/${what}`, {}, headers);
  expect((await call('unload')).status).toBe(401);
  expect((await call('unload', ADMIN)).status).toBe(200);
  expect((await get('/models/fraud/ready')).status).toBe(503);
  expect((await fetch(`${inference.url}/readyz`)).status).toBe(503);
  // The registry is still asked every second; only `load` brings the model back.
  await inference.serving.sync();
  expect(inference.serving.current).toBeUndefined();
  expect((await call('load', ADMIN)).status).toBe(200);
  expect((await get('/models/fraud/ready')).status).toBe(200);
  expect((await post(`${v2}/repository/models/churn/load`, {}, ADMIN)).status).toBe(404);
  const actions = (await bank.events('audit')).map(({ payload }) => payload.action);
  expect(actions).toEqual(expect.arrayContaining(['model.unload', 'model.load']));
});

test('other paths are errors of the same shape', async () => {
  expect(await get('/nothing')).toMatchObject({ status: 404, body: { error: expect.any(String) } });
});
