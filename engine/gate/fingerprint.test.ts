import { expect, test } from 'vitest';
import { differences, flatten } from './fingerprint.ts';

const before = flatten({
  workloads: { gateway: { replicas: 2, ready: 2 } },
  silences: {},
  services: { world: { settings: { 'traffic.paused': false }, revision: { environment: {} } } },
});

test('facts are named by where they stand', () => {
  expect(before).toEqual({
    'workloads gateway replicas': '2',
    'workloads gateway ready': '2',
    'services world settings traffic.paused': 'false',
  });
});

test('a platform equals itself', () => {
  expect(differences(before, { ...before })).toEqual([]);
});

test('what changed, came and went is named', () => {
  const { 'workloads gateway ready': _, ...after } = before;
  const changed = {
    ...after,
    'services world settings traffic.paused': 'true',
    'silences 7c1': 'alertname=FeatureFreshnessHigh',
  };
  expect(differences(before, changed)).toEqual([
    'services world settings traffic.paused was "false" and is "true"',
    'silences 7c1 was not there and is "alertname=FeatureFreshnessHigh"',
    'workloads gateway ready was "2" and is gone',
  ]);
});
