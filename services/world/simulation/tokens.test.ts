import { expect, test } from 'vitest';
import { createIds, token } from './tokens.ts';

test('no id repeats, within runs and between them', () => {
  const ids = new Set<string>();
  for (const [run, first] of [
    [0, 0],
    [1, 0],
    [2, 0],
    [1, 2 ** 39],
    [2 ** 20 - 1, 0],
    [1, 2 ** 30 - 500],
  ] as const) {
    const source = createIds('seed', run, first);
    for (let i = 0; i < 20_000; i++) ids.add(source.next());
  }
  expect(ids.size).toBe(120_000);
  for (const id of [...ids].slice(0, 100)) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
});

test('the same seed and run give the same ids, neighbours look unrelated', () => {
  const [one, other] = [createIds('seed', 3), createIds('seed', 3)];
  const first = one.next();
  expect(other.next()).toBe(first);
  const second = one.next();
  expect([...first].filter((character, i) => character === second[i]).length).toBeLessThan(5);
});

test('a run number that could repeat another is refused', () => {
  expect(() => createIds('seed', 2 ** 20)).toThrow(/run: is 1048576/);
  expect(() => createIds('seed', -1)).toThrow(/run: is -1/);
});

test('tokens of a million texts do not meet', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 200_000; i++) seen.add(token(`card-${i}/0/1`));
  expect(seen.size).toBe(200_000);
});
