import { describe, expect, test } from 'vitest';
import { Arrivals } from './arrivals.ts';

const ramping = (startRate: number, ...stages: [target: number, duration: string][]) =>
  new Arrivals({
    executor: 'ramping-arrival-rate',
    startRate,
    stages: stages.map(([target, duration]) => ({ target, duration })),
  });

describe('when requests are due', () => {
  test('at a constant rate, by the unit of time', () => {
    const arrivals = new Arrivals({
      executor: 'constant-arrival-rate',
      rate: 120,
      timeUnit: '1m',
      duration: '1m30s',
    });
    expect(arrivals.seconds).toBe(90);
    expect(arrivals.peak).toBe(2);
    expect([0, 0.4, 0.5, 10, 90, 1_000].map((at) => arrivals.dueAfter(at))).toEqual([0, 0, 1, 20, 180, 180]);
  });

  test('along a line from one rate to another', () => {
    const arrivals = ramping(0, [10, '10s']);
    expect([5, 10].map((at) => arrivals.dueAfter(at))).toEqual([12, 50]);
  });

  test('at another rate at once where a stage takes no time', () => {
    const arrivals = ramping(5, [5, '2s'], [50, '0s'], [50, '1s'], [5, '0s'], [5, '1000ms']);
    expect(arrivals.seconds).toBe(4);
    expect(arrivals.peak).toBe(50);
    expect([2, 2.5, 3, 4].map((at) => arrivals.dueAfter(at))).toEqual([10, 35, 60, 65]);
  });
});

test.each([
  [{ executor: 'constant-vus', duration: '1s' }, 'not constant-vus; install k6'],
  [{ executor: 'constant-arrival-rate', rate: 1, duration: 'soon' }, 'soon is not a duration'],
])('%j is refused', (scenario, says) => {
  expect(() => new Arrivals(scenario)).toThrow(says);
});
