import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bank, openBank, post, sample, serves } from '../../support/serving/bank.ts';

let bank: Bank;
let inference: Awaited<ReturnType<Bank['startInference']>>;

beforeAll(async () => {
  bank = await openBank();
  // Its scores are its own; what they should look like is another model's, which calls nearly everything fraud.
  const baselines = { score: { edges: [0.9, 0.99], counts: [1, 1, 998], missing: 0 } };
  await bank.promote(await bank.register('odd', { baselines }));
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
const state = () => sample(inference.url, 'firedrill_quality_breaker_state{model="fraud",version="1"}');

test('off by default: what the model says goes out', async () => {
  expect(decidedBy(await many(60))).toEqual(new Set(['fraud']));
  expect(await state()).toBeUndefined();
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
  expect(await state()).toBeGreaterThan(0);
  const counted = await sample(
    inference.url,
    'firedrill_inference_rules_decisions_total{model="fraud",decision="approve"}',
  );
  expect(counted).toBeGreaterThan(0);
});

test('another version begins with the benefit of the doubt', async () => {
  const version = await bank.register('right', { baselines: {} });
  await bank.promote(version);
  await serves(inference, version);
  expect(decidedBy(await many(60))).toEqual(new Set(['fraud']));
  const closed = `firedrill_quality_breaker_state{model="fraud",version="${version}"}`;
  expect(await sample(inference.url, closed)).toBe(0);
});
