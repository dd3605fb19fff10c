import { expect, it } from 'vitest';
import { TOPICS } from '../../lib/contract/events.ts';
import { createClock, OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import { trimLog } from './retention.ts';

const kept = async (daySeconds: number) => {
  const clock = createClock({ wallEpochMs: 0, businessEpochMs: OPENING_DAY_MS, daySeconds });
  const asked: Record<string, number> = {};
  const log = {
    trim: async (topic: string, keepMs: number) => {
      asked[topic] = keepMs;
      return 1;
    },
  };
  const trimmed = await trimLog(log, clock, (topic) => (topic === 'audit' ? 100 : 3));
  expect(trimmed).toBe(Object.keys(TOPICS).length);
  return asked;
};

it('keeps business days, as wall time', async () => {
  expect(await kept(60)).toMatchObject({ transactions: 180_000, labels: 180_000, audit: 6_000_000 });
});

it('keeps two minutes however short a day is', async () => {
  expect(await kept(5)).toMatchObject({ transactions: 120_000, audit: 500_000 });
});
