import { describe, expect, test } from 'vitest';
import { Measures } from './measures.ts';
import { judge } from './thresholds.ts';

/** Answers of 1 to 100 ms: the even ones in `us`, and every tenth degraded. */
function measure(selectors: string[]) {
  const measures = new Measures(selectors);
  measures.register('duration', 'trend', 'time');
  measures.register('degraded', 'rate');
  measures.register('sent', 'counter');
  for (let i = 1; i <= 100; i++) {
    const tags = { region: i % 2 === 0 ? 'us' : 'eu', kind: 'score' };
    measures.add('duration', i, tags);
    measures.add('degraded', i % 10 === 0 ? 1 : 0, tags);
    measures.add('sent', 1, tags);
  }
  return measures.summary(50);
}

describe('what was measured', () => {
  test('is summed up in the names and shapes of k6', () => {
    const { duration, degraded, sent } = measure([]);
    expect(duration).toEqual({
      type: 'trend',
      contains: 'time',
      values: {
        avg: 50.5,
        min: 1,
        med: 50.5,
        max: 100,
        'p(90)': expect.closeTo(90.1),
        'p(95)': 95.05,
        'p(99)': 99.01,
      },
    });
    expect(degraded?.values).toEqual({ rate: 0.1, passes: 10, fails: 90 });
    expect(sent?.values).toEqual({ count: 100, rate: 2 });
  });

  test('is told apart by tags where a threshold asks for it', () => {
    const metrics = measure(['degraded{region:us}', 'sent{region:eu,kind:score}', 'sent{region:asia}']);
    expect(metrics['degraded{region:us}']?.values.rate).toBe(0.2);
    expect(metrics['sent{region:eu,kind:score}']?.values.count).toBe(50);
    expect(metrics['sent{region:asia}']?.values.count).toBe(0);
  });

  test('says which metric of a threshold there is not', () => {
    expect(() => measure(['durration{region:us}'])).toThrow('the metric durration, which does not exist');
  });
});

describe('thresholds', () => {
  test.each([
    ['duration', 'p(95)<95.1', true],
    ['duration', 'p(95)<95', false],
    ['duration', 'max <= 100', true],
    ['degraded', 'rate<0.1', false],
    ['degraded', 'rate<=0.1', true],
    ['sent', 'count>=100', true],
    ['sent', 'rate>2', false],
  ])('%s: %s', (name, expression, ok) => {
    const metrics = measure([]);
    expect(judge(metrics, { [name]: [expression] })).toBe(ok ? 0 : 1);
    expect(metrics[name]?.thresholds).toEqual({ [expression]: { ok } });
  });

  test.each(['p(95)', 'p(42)<1', 'count>0', 'fast'])('%s cannot be judged of a duration', (expression) => {
    expect(() => judge(measure([]), { duration: [expression] })).toThrow(
      `the threshold ${expression} of duration cannot be judged`,
    );
  });
});
