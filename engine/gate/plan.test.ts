import { expect, test } from 'vitest';
import type { CatalogueEntry } from '../catalogue.ts';
import { planOf } from './plan.ts';

const entry = (id: string, variants: string[], tags: string[] = []): CatalogueEntry => ({
  folder: `/${id}/`,
  scenario: {
    id,
    tags,
    targets: { local: 'supported', moon: { skipped: 'nobody has been there' } },
    variants: Object.fromEntries(
      variants.map((name) => [name, { cause: 'x', doNothing: 'fail', disruptions: [] }]),
    ),
  } as unknown as CatalogueEntry['scenario'],
});
const entries = [entry('stale', ['base', 'hourly', 'poison']), entry('slow', ['base', 'cache'], ['latency'])];
const named = (wish: string, rotate = 0) =>
  planOf(entries, wish, { rotate }).map(({ entry, variant }) => `${entry.scenario.id}/${variant}`);

test('all variants, the first of each, or those of a name', () => {
  expect(named('all')).toEqual(['stale/base', 'stale/hourly', 'stale/poison', 'slow/base', 'slow/cache']);
  expect(named('one')).toEqual(['stale/base', 'slow/base']);
  expect(named('poison')).toEqual(['stale/poison']);
});

test('rotation makes every variant come round', () => {
  expect(named('one', 2)).toEqual(['stale/poison', 'slow/base']);
  const days = Array.from({ length: 6 }, (_, day) => named('one', 20_000 + day)).flat();
  expect(new Set(days)).toEqual(new Set(named('all')));
});

test('a name that no scenario has is refused with those there are', () => {
  expect(() => named('nope')).toThrow('no such variant: nope; there are: base, hourly, poison, cache');
});

test('latency has the machine for itself', () => {
  expect(planOf(entries, 'one').map(({ alone }) => alone)).toEqual([false, true]);
});

test('a variant that cannot be played on the target is left out', () => {
  const [stale, slow] = entries as [CatalogueEntry, CatalogueEntry];
  const { base } = stale.scenario.variants;
  const released = { ...base!, targets: { moon: 'supported' as const } };
  const there = { ...stale, scenario: { ...stale.scenario, variants: { hourly: base!, released } } };
  const on = (target: string) =>
    planOf([there, slow], 'all', { target }).map(({ entry, variant }) => `${entry.scenario.id}/${variant}`);
  expect(on('moon')).toEqual(['stale/released']);
  expect(on('local')).toEqual(['stale/hourly', 'stale/released', 'slow/base', 'slow/cache']);
});
