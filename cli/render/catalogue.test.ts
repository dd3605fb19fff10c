import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { catalogue } from '../scenarios.ts';
import { renderCatalogue } from './catalogue.ts';

const scenarios = (await catalogue()).map(({ scenario }) => scenario);
/** The formatter pads columns. */
const squeezed = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{2,}/g, '--').trim();

test('docs/incidents.md is what the scenarios say: ./drill list --markdown > docs/incidents.md', async () => {
  const page = await readFile(new URL('../../docs/incidents.md', import.meta.url), 'utf8');
  expect(squeezed(page)).toBe(squeezed(renderCatalogue(scenarios)));
});

test('names no variant', () => {
  const page = renderCatalogue(scenarios);
  const named = scenarios.flatMap(({ id, variants }) =>
    Object.keys(variants).filter((name) => name.includes('-') && page.replaceAll(id, '').includes(name)),
  );
  expect(named).toEqual([]);
});
