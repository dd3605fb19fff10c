import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../catalogue.ts';
import type { Play } from '../contract/play.ts';
import { loadParts } from '../parts.ts';
import { commandsFor, variantsIn } from './debrief.ts';
import { incidentsFor, playsFor } from './plays.ts';

const play = (name: string, disturbs?: true): Play => ({
  name,
  act: async () => {},
  ...(disturbs && { disturbs }),
});

test('one that disturbs comes last where others share an incident, the rest have one each', () => {
  const incidents = incidentsFor([play('a'), play('b', true), play('c'), play('d', true)]);
  expect(incidents.map((one) => one.map(({ name }) => name))).toEqual([['a', 'c', 'b'], ['d']]);
  expect(incidentsFor([play('b', true)])).toHaveLength(1);
  expect(incidentsFor([])).toEqual([]);
});

const entries = await loadCatalogue(await loadParts());

test.each(
  entries.flatMap((entry) =>
    Object.keys(entry.scenario.variants).map((variant) => [entry, variant] as const),
  ),
)('$scenario.id has a solution and a cheat for %s, and a debrief with commands', async (entry, variant) => {
  const { solutions, cheats } = await playsFor(entry, variant);
  expect(solutions.length).toBeGreaterThan(0);
  expect(cheats.length).toBeGreaterThan(0);
  const names = [...solutions, ...cheats].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const debrief = readFileSync(join(entry.folder, 'DEBRIEF.md'), 'utf8');
  expect(commandsFor(debrief, variant).length).toBeGreaterThan(0);
});

test.each(entries.map((entry) => [entry.scenario.id, entry] as const))(
  '%s: plays and debrief name only variants that there are',
  async (_id, { folder, scenario }) => {
    const { solutions, cheats } = (await import(join(folder, 'solutions.ts'))) as Record<string, Play[]>;
    const named = [...solutions!, ...cheats!].flatMap(({ variants }) => variants ?? []);
    const told = variantsIn(readFileSync(join(folder, 'DEBRIEF.md'), 'utf8'));
    const known = Object.keys(scenario.variants);
    expect([...named, ...told].filter((name) => !known.includes(name))).toEqual([]);
  },
);
