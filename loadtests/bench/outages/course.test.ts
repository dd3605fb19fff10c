import { expect, test } from 'vitest';
import type { Answer } from '../capacity/sender.ts';
import { courseOf } from './course.ts';

/** One answer every 10 ms for six seconds; the outage lasts from the second to the fourth. */
const course = (answer: (at: number) => Partial<Answer>) => {
  const answers = Array.from({ length: 600 }, (_, n) => ({
    at: n * 10,
    ms: 2,
    status: 200,
    degraded: false,
    ...answer(n * 10),
  }));
  return courseOf(answers, { begun: 2_000, ended: 4_000 });
};

test('an outage that nobody notices', () => {
  expect(course(() => ({}))).toEqual({ availability: 1, p99: 2, degraded: 0, broken: 0, recovery: 0 });
});

test('counts what was refused and what was answered without features', () => {
  const { availability, degraded } = course((at) => {
    if (at < 2_000 || at >= 4_000) return {};
    return at % 40 === 0 ? { status: 503 } : { degraded: at < 3_000 };
  });
  expect(availability).toBeCloseTo(0.75, 5);
  expect(degraded).toBeCloseTo(0.5, 5);
});

test('refusals are no failures, everything else above 500 is', () => {
  expect(course((at) => ({ status: at === 1_000 ? 500 : at === 5_000 ? 504 : 503 })).broken).toBe(2);
});

test('recovery ends with the last slice that is not whole', () => {
  expect(course((at) => ({ degraded: at >= 2_000 && at < 4_600 })).recovery).toBe(0.75);
});

test('never whole again is the whole time that was looked at', () => {
  expect(course((at) => ({ degraded: at >= 2_000 })).recovery).toBe(2);
});
