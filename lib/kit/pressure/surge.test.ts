import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PRIORITIES, type Priority } from '../../contract/pressure.ts';
import { createMetrics } from '../metrics.ts';
import { createRandom } from '../random.ts';
import { createSettings } from '../settings.ts';
import { Admission } from './admission.ts';
import { admissionSettings } from './settings.ts';

// Surges in virtual time: the same on every machine, whatever else it does.

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

const PATIENCE_MS = 1_000;
const SECONDS = 4;

interface Shape {
  /** Answers a second, one after another, in the order in which they were asked for. */
  capacity: number;
  /** Requests a second by priority, as multiples of the capacity. */
  times: Record<Priority, number>;
  settings?: Record<string, unknown>;
}

/** Share of requests answered in time by priority, and answers in time as a share of the capacity. */
async function surge({ capacity, times, settings = {} }: Shape) {
  const admission = new Admission({
    resource: 'test',
    settings: createSettings(admissionSettings('a test', { limitMax: 512, targetMs: 100 }), settings),
    metrics: createMetrics(),
    refusal: (reason) => new Error(reason),
  });
  const line: { atMs: number; answer: () => void }[] = [];
  let freeMs = 0;
  const work = () => {
    freeMs = Math.max(freeMs, performance.now()) + 1_000 / capacity;
    return new Promise<void>((answer) => line.push({ atMs: freeMs, answer }));
  };
  const pass = async () => {
    await vi.advanceTimersByTimeAsync(1);
    while (line.length > 0 && line[0]!.atMs <= performance.now()) line.shift()!.answer();
  };
  const random = createRandom('surge');
  const sent = { high: 0, normal: 0, low: 0 };
  const served = { high: 0, normal: 0, low: 0 };
  for (let ms = 0; ms < SECONDS * 1_000; ms++) {
    for (const priority of PRIORITIES) {
      // Independent customers: a Poisson process, to the millisecond.
      if (random.next() >= (capacity * times[priority]) / 1_000) continue;
      sent[priority]++;
      const deadlineMs = performance.now() + PATIENCE_MS;
      admission.run({ priority, deadlineMs }, work).then(
        () => {
          if (performance.now() <= deadlineMs) served[priority]++;
        },
        () => {},
      );
    }
    await pass();
  }
  while (line.length > 0) await pass();
  const all = served.high + served.normal + served.low;
  const share = (priority: Priority) => served[priority] / sent[priority];
  return {
    goodput: all / (capacity * SECONDS),
    high: share('high'),
    normal: share('normal'),
    low: share('low'),
  };
}

const FOUR_TIMES = { high: 0.6, normal: 1.4, low: 2 };

test.each([70, 300])(
  'four times %i a second: all of the capacity is of use, and the highest hardly notice',
  async (capacity) => {
    const seen = await surge({ capacity, times: FOUR_TIMES });
    expect(seen.goodput).toBeGreaterThan(0.95);
    expect(seen.high).toBeGreaterThan(0.99);
    expect(seen.low).toBeLessThan(0.1);
    expect(seen.normal).toBeGreaterThan(0.15);
  },
);

test('switched off, next to nobody is answered in time, whoever it is', async () => {
  const seen = await surge({ capacity: 70, times: FOUR_TIMES, settings: { 'admission.enabled': false } });
  expect(seen.goodput).toBeLessThan(0.35);
  expect(seen.high).toBeLessThan(0.2);
});

test('below capacity nobody is turned away', async () => {
  const seen = await surge({ capacity: 70, times: { high: 0.2, normal: 0.4, low: 0.2 } });
  expect(seen).toMatchObject({ high: 1, normal: 1, low: 1 });
});
