import { expect, test } from 'vitest';
import { createRandom } from '../../../lib/kit/random.ts';
import { Schedule } from './schedule.ts';

test('comes out in order of time, ties in the order they went in', () => {
  const random = createRandom('schedule');
  const schedule = new Schedule<{ timeMs: number; name: number }>();
  const items = Array.from({ length: 2_000 }, (_, name) => ({ timeMs: random.integer(200), name }));
  for (const item of items) schedule.add(item);
  const taken = [...schedule.due(99), ...schedule.due(1_000)];
  expect(taken).toEqual(items.toSorted((a, b) => a.timeMs - b.timeMs));
  expect(schedule.size).toBe(0);
});

test('keeps what is not due', () => {
  const schedule = new Schedule<{ timeMs: number }>();
  schedule.add({ timeMs: 10 });
  expect([...schedule.due(9)]).toEqual([]);
  expect([...schedule.due(10)]).toEqual([{ timeMs: 10 }]);
});
