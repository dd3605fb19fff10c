import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Priority } from '../../contract/pressure.ts';
import { createMetrics } from '../metrics.ts';
import { createSettings } from '../settings.ts';
import { Admission, type Ask, reportAdmissions } from './admission.ts';
import { admissionSettings } from './settings.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

/** An admission with two places, room for three, and work that ends when it is told to. */
function open(initial: Record<string, unknown> = {}) {
  const settings = createSettings(admissionSettings('a test', { limitMax: 2, targetMs: 1_000 }), {
    'admission.limit_min': 2,
    'admission.queue': 3,
    ...initial,
  });
  const metrics = createMetrics();
  const refusal = (reason: string) => new Error(reason);
  const admission = new Admission({ resource: 'test', settings, metrics, refusal });
  reportAdmissions(metrics, [admission]);
  const heard: string[] = [];
  const working = new Map<string, () => void>();
  const ask = (name: string, changes: Partial<Ask> = {}) => {
    const work = () => {
      heard.push(`begin ${name}`);
      return new Promise<void>((resolve) => working.set(name, resolve));
    };
    const asked: Ask = { priority: 'normal', deadlineMs: Number.POSITIVE_INFINITY, ...changes };
    admission.run(asked, work).then(
      () => heard.push(`end ${name}`),
      (error: Error) => heard.push(`${name}: ${error.message}`),
    );
  };
  return { admission, settings, metrics, heard, ask, end: (name: string) => working.get(name)!() };
}
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const sample = async ({ metrics }: ReturnType<typeof open>, series: string) => {
  const lines = (await metrics.registry.metrics()).split('\n');
  return Number(lines.find((line) => line.startsWith(`${series} `))?.split(' ')[1] ?? 0);
};
const shed = (made: ReturnType<typeof open>, priority: Priority, reason: string) =>
  sample(made, `firedrill_admission_shed_total{resource="test",priority="${priority}",reason="${reason}"}`);

test('beyond the places one waits, and then gets the next that is free', async () => {
  const made = open();
  for (const name of ['a', 'b', 'c']) made.ask(name);
  await pass();
  expect(made.heard).toEqual(['begin a', 'begin b']);
  expect(made.admission.counts).toEqual({ under_way: 2, waiting: 1, limit: 2 });
  expect(await sample(made, 'firedrill_admission_requests{resource="test",state="waiting"}')).toBe(1);
  made.end('a');
  await pass();
  expect(made.heard).toEqual(['begin a', 'begin b', 'begin c', 'end a']);
  expect(await sample(made, 'firedrill_admission_wait_seconds_count{priority="normal"}')).toBe(1);
});

test('nobody is counted as having waited who did not, and no clock runs while nobody waits', async () => {
  const made = open();
  made.ask('a');
  made.end('a');
  await pass();
  expect(await sample(made, 'firedrill_admission_wait_seconds_count{priority="normal"}')).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  for (const name of ['b', 'c', 'd']) made.ask(name);
  expect(vi.getTimerCount()).toBe(1);
  made.end('b');
  await pass();
  expect(vi.getTimerCount()).toBe(0);
});

test('without room to wait the answer is no at once, for the lowest first', async () => {
  const made = open();
  for (const name of ['a', 'b', 'c', 'd']) made.ask(name);
  made.ask('low', { priority: 'low' });
  made.ask('late');
  made.ask('high', { priority: 'high' });
  await pass();
  expect(made.heard.slice(2)).toEqual(['low: displaced', 'late: displaced']);
  made.end('a');
  await pass();
  expect(made.heard.slice(4)).toEqual(['begin high', 'end a']);
  made.ask('low again', { priority: 'low' });
  made.ask('one too many');
  await pass();
  expect(made.heard.at(-1)).toBe('low again: displaced');
  expect(await shed(made, 'low', 'displaced')).toBe(2);
  expect(await shed(made, 'normal', 'displaced')).toBe(1);
});

test('who has waited too long in vain is told so while everything stands still', async () => {
  const made = open({ 'admission.wait_ms': 100 });
  for (const name of ['a', 'b', 'c']) made.ask(name);
  await pass(95);
  expect(made.heard).not.toContain('c: waited');
  await pass(10);
  expect(made.heard).toContain('c: waited');
  expect(made.admission.counts.waiting).toBe(0);
});

test('behind a line that stands one waits next to nothing, and long again after a quiet moment', async () => {
  const made = open({ 'admission.wait_ms': 100, 'admission.standing_wait_ms': 10 });
  for (const name of ['a', 'b', 'c']) made.ask(name);
  await pass(80);
  made.ask('d');
  made.end('a');
  await pass(30);
  made.ask('e');
  await pass(15);
  expect(made.heard).toContain('e: waited');
  expect(made.heard).not.toContain('d: waited');
  made.end('b');
  await pass();
  expect(made.admission.counts.waiting).toBe(0);
  made.ask('f');
  await pass(50);
  expect(made.heard).not.toContain('f: waited');
});

test('who would be served too late, or is already, does not wait for it', async () => {
  const made = open();
  const deadlineMs = performance.now() + 50;
  made.ask('past', { deadlineMs: performance.now() });
  for (const name of ['a', 'b', 'c']) made.ask(name);
  made.ask('patient', { deadlineMs });
  await pass(60);
  expect(made.heard).toEqual(['begin a', 'begin b', 'past: deadline', 'patient: deadline']);
  // One answer that took long is enough to know that half a second is not.
  await pass(100);
  made.end('a');
  await pass();
  for (const name of ['d', 'e']) made.ask(name);
  await pass(10);
  const averageMs = 0.05 * 160;
  made.ask('just in time', { deadlineMs: performance.now() + 2.6 * averageMs });
  made.ask('hasty', { deadlineMs: performance.now() + 2.9 * averageMs });
  await pass();
  expect(made.heard.at(-1)).toBe('hasty: deadline');
  expect(await shed(made, 'normal', 'deadline')).toBe(3);
});

test('who hung up while waiting is not served', async () => {
  const made = open();
  for (const name of ['a', 'b']) made.ask(name);
  const caller = { destroyed: false };
  made.ask('gone', { caller });
  made.ask('c');
  caller.destroyed = true;
  made.end('a');
  await pass();
  expect(made.heard).toEqual(['begin a', 'begin b', 'begin c', 'end a', 'gone: hung_up']);
});

test('switched off it lets everybody in, also who is waiting already', async () => {
  const made = open();
  for (const name of ['a', 'b', 'c']) made.ask(name);
  made.settings.patch({ 'admission.enabled': false });
  made.ask('d', { deadlineMs: 0 });
  await pass();
  expect(made.heard).toEqual(['begin a', 'begin b', 'begin c', 'begin d']);
  made.settings.patch({ 'admission.enabled': true });
  made.ask('e');
  expect(made.admission.counts).toMatchObject({ under_way: 4, waiting: 1 });
});

test('failures at once do not raise the limit, and slow ones lower it', async () => {
  const made = open({
    'admission.limit_min': 10,
    'admission.limit_max': 20,
    'admission.target_ms': 100,
  });
  /** Three rounds of ten at a time. */
  const rounds = async (work: () => Promise<unknown>) => {
    for (let round = 0; round < 3; round++) {
      const asked = { priority: 'normal', deadlineMs: Number.POSITIVE_INFINITY } as const;
      await Promise.allSettled(Array.from({ length: 10 }, () => made.admission.run(asked, work)));
    }
  };
  await rounds(() => Promise.reject(new Error()));
  expect(made.admission.counts.limit).toBe(10);
  await rounds(() => Promise.resolve());
  const raised = made.admission.counts.limit;
  expect(raised).toBeGreaterThan(10);
  await rounds(() => pass(150).then(() => Promise.reject(new Error())));
  expect(made.admission.counts.limit).toBeLessThan(raised);
});
