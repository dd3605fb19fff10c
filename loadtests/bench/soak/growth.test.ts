import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { growthOf, heldBy, peakOf } from './growth.ts';

const saws = Array.from({ length: 80 }, (_, i) => 100 + (i % 10));

test('what rises and falls grows little; what keeps a part of each rise does', () => {
  const saw = growthOf(saws);
  expect(Math.abs(saw)).toBeLessThan(0.05);
  expect(growthOf(saws.map((value, i) => value + i))).toBeCloseTo(saw + 1);
});

test('neither warming up nor one burst counts', () => {
  const values = Array.from({ length: 80 }, (_, i) => (i < 20 ? i * 5 : i === 50 ? 900 : 100));
  expect(growthOf(values)).toBe(0);
  expect(peakOf(values)).toBe(900);
  expect(peakOf([900, ...saws])).toBe(109);
});

test('one moment tells nothing', () => {
  expect(growthOf([1])).toBeNaN();
});

test.runIf(process.platform === 'linux')('an open file is a descriptor more', () => {
  const before = heldBy(process.pid);
  const handle = openSync(import.meta.filename, 'r');
  const after = heldBy(process.pid);
  closeSync(handle);
  expect(after.descriptors).toBe(before.descriptors + 1);
  expect(before.memory).toBeCloseTo(process.memoryUsage.rss() / 2 ** 20, -2);
});
