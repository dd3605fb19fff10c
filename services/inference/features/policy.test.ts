import { expect, test } from 'vitest';
import { fallbackFor, type PolicySettings, policyInForce } from './policy.ts';

const LEFT: PolicySettings = { 'features.on_missing': 'model', 'features.max_age_seconds': 'model' };
const CARD = { on_missing_features: 'refuse', max_feature_age_seconds: 3_600 } as const;
const NOW = Date.parse('2025-03-03T12:00:00Z');
const rows = (changes: Partial<Parameters<typeof fallbackFor>[0]> = {}) => ({
  source: 'online' as const,
  failure: undefined,
  cold: undefined,
  knowsUntilMs: NOW - 60_000,
  ...changes,
});

test('a version without a policy answers from defaults, whatever the age', () => {
  const policy = policyInForce(LEFT);
  expect(policy).toEqual({ on_missing_features: 'default', max_feature_age_seconds: null });
  expect(fallbackFor(rows({ knowsUntilMs: undefined }), policy, NOW)).toBeUndefined();
});

test('the card of the version decides, and the operator before it', () => {
  expect(policyInForce(LEFT, CARD)).toEqual(CARD);
  expect(policyInForce({ ...LEFT, 'features.on_missing': 'review' }, CARD)).toEqual({
    ...CARD,
    on_missing_features: 'review',
  });
  expect(policyInForce({ ...LEFT, 'features.max_age_seconds': 60 }, CARD).max_feature_age_seconds).toBe(60);
  expect(
    policyInForce({ ...LEFT, 'features.max_age_seconds': null }, CARD).max_feature_age_seconds,
  ).toBeNull();
});

test.each([
  ['at the limit', NOW - 3_600_000, undefined],
  ['past it', NOW - 3_600_001, { reason: 'outdated', action: 'refuse' }],
  ['of an age that nobody knows', undefined, { reason: 'outdated', action: 'refuse' }],
])('features %s', (_, knowsUntilMs, fallback) => {
  expect(fallbackFor(rows({ knowsUntilMs }), CARD, NOW)).toEqual(fallback);
});

test('a kept row stands in while it is young enough for the policy', () => {
  const kept = rows({ source: 'cache', failure: 'timeout' });
  expect(fallbackFor(kept, CARD, NOW)).toEqual({ reason: 'timeout', action: 'cache' });
  const cold = rows({ source: 'cold', failure: 'timeout' });
  expect(fallbackFor(cold, CARD, NOW)).toEqual({ reason: 'timeout', action: 'cold' });
  expect(fallbackFor({ ...kept, knowsUntilMs: NOW - 7_200_000 }, CARD, NOW)).toEqual({
    reason: 'outdated',
    action: 'refuse',
  });
});

test('a kept row within its time is no fallback', () => {
  expect(fallbackFor(rows({ source: 'cache' }), CARD, NOW)).toBeUndefined();
});

test('no row at all is for the policy, with the reason of the store', () => {
  const none = rows({ source: 'default', failure: 'circuit_open', knowsUntilMs: undefined });
  expect(fallbackFor(none, CARD, NOW)).toEqual({ reason: 'circuit_open', action: 'refuse' });
});
