import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { performancePage } from './performance.ts';
import { readResults } from './results.ts';
import { scalingPage } from './scaling.ts';

test.each([
  ['performance.md', performancePage],
  ['scaling.md', scalingPage],
])('docs/%s is what the kept results say', (name, page) => {
  const text = readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
  expect(text).toBe(page(readResults()));
});

test('what misses its target says so, and what nobody measured, too', () => {
  const row = {
    name: 'score_ratio',
    value: 0.5,
    unit: 'of the floor',
    target: 0.65,
    met: false,
    against: 'it',
  };
  const page = performancePage({
    score: { date: '2026-01-01', machine: 'a machine', load: 9, cores: 2, rows: [row] },
  });
  expect(page).toMatch(/against the bare floor .*\| 0\.5 of the floor +\| missed/);
  expect(page).toContain('Others were at work');
  expect(page).toMatch(/500 requests\/s, 300 trees, p99 .*not measured/);
});

test('what the bare floor misses, too, says nothing about us', () => {
  const latency = (inference: number, floor: number) => {
    const base = { unit: 'ms', against: 'it' };
    const rows = [
      { ...base, name: 'latency_500_p99', value: inference, target: 5, met: inference <= 5 },
      { ...base, name: 'latency_500_floor_p99', value: floor, target: 0, met: true },
    ];
    const page = performancePage({ latency: { date: '2026-01-01', machine: 'it', load: 1, cores: 2, rows } });
    return page.split('\n').find((line) => line.startsWith('| 500 requests/s, 300 trees, p99'));
  };
  expect(latency(9, 7)).toContain('not told');
  expect(latency(9, 3)).toMatch(/\| missed/);
  expect(latency(4, 3)).toMatch(/\| met/);
});
