import { expect, test } from 'vitest';
import { createRandom, hash32, type Random } from './random.ts';

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};

test('the same seed draws the same, another seed another', () => {
  const five = (random: Random) => draw(5, random.next);
  expect(five(createRandom('a'))).toEqual(five(createRandom('a')));
  expect(five(createRandom('a'))).not.toEqual(five(createRandom('b')));
  expect(five(createRandom(7))).toEqual(five(createRandom('7')));
});

test('a fork depends on seed and label alone, not on what was drawn before', () => {
  const fresh = createRandom('a').fork('cards');
  const used = createRandom('a');
  used.next();
  expect(used.fork('cards').next()).toBe(fresh.next());
  expect(createRandom('a').fork('x').next()).not.toBe(createRandom('a').fork('y').next());
});

test('draws have the moments of their distributions', () => {
  const random = createRandom('moments');
  const n = 20_000;
  const uniform = draw(n, () => random.uniform(2, 6));
  expect(mean(uniform)).toBeCloseTo(4, 1);
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...uniform)).toBeLessThan(6);
  const normal = draw(n, () => random.normal(10, 3));
  expect(mean(normal)).toBeCloseTo(10, 0);
  expect(deviation(normal)).toBeCloseTo(3, 0);
  const exponential = draw(n, () => random.exponential(5));
  expect(mean(exponential)).toBeGreaterThan(4.8);
  expect(mean(exponential)).toBeLessThan(5.2);
  expect(draw(n, () => random.normal()).every(Number.isFinite)).toBe(true);
});

test('integers and weights hit every value in proportion', () => {
  const random = createRandom('proportion');
  const share = (values: number[], value: number) => values.filter((v) => v === value).length / values.length;
  const integers = draw(20_000, () => random.integer(4));
  for (const value of [0, 1, 2, 3]) expect(share(integers, value)).toBeCloseTo(0.25, 1);
  const weighted = draw(20_000, () => random.weighted([1, 1, 4]));
  expect(share(weighted, 0)).toBeCloseTo(0.25, 1);
  expect(share(weighted, 1)).toBe(0); // no weight of its own
  expect(share(weighted, 2)).toBeCloseTo(0.75, 1);
});

test('there is nothing to pick from nothing', () => {
  expect(createRandom('a').pick(['only'])).toBe('only');
  expect(() => createRandom('a').pick([])).toThrow('at least one value');
});

test('hash32 is FNV-1a', () => {
  expect(hash32('')).toBe(0x811c9dc5);
  expect(hash32('a')).toBe(0xe40c292c);
  expect(hash32('foobar')).toBe(0xbf9cf968);
});
