import { expect, test } from 'vitest';
import { Lifecycle } from './lifecycle.ts';

const reporter = () => {
  const lines: string[] = [];
  return {
    lines,
    report: {
      stopped: (name: string) => void lines.push(name),
      failed: (name: string, error: unknown) => void lines.push(`${name}: ${(error as Error).message}`),
    },
  };
};

test('cleans up in reverse order, once, however often it is asked', async () => {
  const { lines, report } = reporter();
  const lifecycle = new Lifecycle({ report });
  for (const name of ['database', 'consumer', 'http']) lifecycle.onStop(name, () => {});
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  await lifecycle.stop();
  expect(lines).toEqual(['http', 'consumer', 'database']);
});

test('closes the door before anything else, also what was registered later', async () => {
  const { lines, report } = reporter();
  const lifecycle = new Lifecycle({ report });
  lifecycle.onStopFirst('http', () => {});
  lifecycle.onStop('database', () => {});
  await lifecycle.stop();
  expect(lines).toEqual(['http', 'database']);
});

test('one that fails or hangs is named and holds up nobody', async () => {
  const { lines, report } = reporter();
  const lifecycle = new Lifecycle({ report, boundMs: 20 });
  lifecycle.onStop('first', () => {});
  lifecycle.onStop('hangs', () => new Promise(() => {}));
  lifecycle.onStop('throws', () => {
    throw new Error('no');
  });
  await lifecycle.stop();
  expect(lines).toEqual(['throws: no', 'hangs: did not finish within 20 ms', 'first']);
});

test('a start that fails half-way takes back what it had begun, then says why', async () => {
  const { lines, report } = reporter();
  const lifecycle = new Lifecycle({ report });
  const start = lifecycle.start(async () => {
    lifecycle.onStop('redis', () => {});
    throw new Error('the port is taken');
  });
  await expect(start).rejects.toThrow('the port is taken');
  expect(lines).toEqual(['redis']);
});

test('it says that it is leaving before anything closes', async () => {
  const { lines, report } = reporter();
  const lifecycle = new Lifecycle({ report });
  lifecycle.onStopFirst('http', () => {});
  expect(lifecycle.leaving).toBe(false);
  const gone = lifecycle.drain(20);
  expect([lifecycle.leaving, lines]).toEqual([true, []]);
  await gone;
  expect(lines).toEqual(['http']);
});
