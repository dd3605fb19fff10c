import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bank, openBank, post, sample, serves } from '../../support/serving/bank.ts';

let bank: Bank;
let right: string;
let odd: string;
let inference: Awaited<ReturnType<Bank['startInference']>>;

beforeAll(async () => {
  bank = await openBank();
  // Its scores are its own; what they should look like is another model's, which calls nearly everything fraud.
  right = await bank.register('right');
  const { body } = await bank.registry.call('GET', `/v1/models/fraud/versions/${right}`);
  const score = { edges: [0.9, 0.99], counts: [1, 1, 998], missing: 0 };
  odd = await bank.register('odd', { baselines: { ...body.manifest.baselines, score } });
  await bank.promote(odd);
  inference = await bank.startInference('eu', { SETTINGS: '{"quality.window": 50, "quality.open_ms": 50}' });
  await serves(inference);
});
afterAll(() => bank.stop());

let n = 0;
const score = async () => {
  const transaction = { ...bank.traffic.requests[n % bank.traffic.requests.length]!, id: `quality-${n++}` };
  return (await post(`${inference.url}/v1/score`, { transaction })).body;
};
const many = async (count: number) => {
  const answers = [];
  for (let i = 0; i < count; i++) answers.push(await score());
  return answers;
};
const decidedBy = (answers: { model: { name: string } }[]) => new Set(answers.map(({ model }) => model.name));
const state = (version: string) =>
  sample(inference.url, `firedrill_quality_breaker_state{model="fraud",version="${version}"}`);

test('off by default: what the model says goes out', async () => {
  expect(decidedBy(await many(60))).toEqual(new Set(['fraud']));
  expect(await state(odd)).toBeUndefined();
});

test('enforced, rules decide instead of scores that cannot be right, and the answer says so', async () => {
  inference.service.settings.patch({ 'quality.breaker': 'enforce' });
  await many(50);
  const answers = await many(10);
  expect(decidedBy(answers)).toEqual(new Set(['rules']));
  expect(answers[0]).toMatchObject({
    degraded: true,
    decision: expect.stringMatching(/^(approve|review)$/),
    features: { source: 'default', age_seconds: null },
  });
  expect(await state(odd)).toBeGreaterThan(0);
  const counted = await sample(
    inference.url,
    'firedrill_inference_rules_decisions_total{model="fraud",decision="approve"}',
  );
  expect(counted).toBeGreaterThan(0);
});

test('another version begins with the benefit of the doubt', async () => {
  await bank.promote(right);
  await serves(inference, right);
  expect(decidedBy(await many(60))).toEqual(new Set(['fraud']));
  expect(await state(right)).toBe(0);
});
