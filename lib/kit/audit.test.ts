import { expect, test } from 'vitest';
import { openLog } from '../../tests/support/eventlog.ts';
import { DURABLE, startRedis } from '../../tests/support/redis.ts';
import { createAudit } from './audit.ts';
import { createClock, OPENING_DAY_MS } from './clock.ts';
import { createLogger } from './logging.ts';

test('a change lands in the audit topic with who, what, before, after and why', async () => {
  const redis = await startRedis(DURABLE);
  const { log, close } = await openLog(redis.url);
  const clock = createClock({ wallEpochMs: Date.now(), businessEpochMs: OPENING_DAY_MS, daySeconds: 1e9 });
  const audit = createAudit('registry', log, clock, createLogger({ name: 'registry', level: 'silent' }));
  const change = { actor: 'ada', action: 'model.alias.set', object: 'model/fraud', before: '1', after: '2' };
  await audit.record({ ...change, reason: 'better' });
  await audit.record({ ...change, before: undefined });

  const events = [];
  for await (const { event } of log.read('audit', 0)) events.push(event);
  expect(events[0]).toMatchObject({
    type: 'model.changed',
    version: 1,
    source: 'registry',
    occurred_at: '2025-03-03T00:00:00.000Z',
    payload: { ...change, reason: 'better' },
  });
  expect(events[1]!.payload).toEqual({ ...change, before: null, reason: null });
  expect(events[0]!.id).not.toBe(events[1]!.id);
  await close();
  await redis.stop();
});
