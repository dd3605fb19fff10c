import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogueEntry, loadCatalogue } from '../engine/catalogue.ts';
import { errors } from '../engine/errors.ts';
import { loadParts } from '../engine/parts.ts';

/** What a candidate may choose from, as the repository holds it: needs no running platform. */
export const catalogue = async (): Promise<CatalogueEntry[]> =>
  (await everything()).filter(({ hidden }) => !hidden);

const everything = async () => loadCatalogue(await loadParts());

/** By slug or incident number. @throws AppError DRILL_UNKNOWN_SCENARIO */
export async function findScenario(name: string): Promise<CatalogueEntry> {
  const entries = await everything();
  const entry = entries.find(({ scenario }) => scenario.id === name || String(scenario.number) === name);
  if (!entry) throw errors.UNKNOWN_SCENARIO(name, shown(entries));
  return entry;
}

const shown = (entries: readonly CatalogueEntry[]): string =>
  entries.flatMap(({ scenario, hidden }) => (hidden ? [] : [scenario.id])).join(', ');

/** What somebody on call knows at the beginning. */
export const briefOf = ({ folder }: CatalogueEntry): Promise<string> =>
  readFile(join(folder, 'README.md'), 'utf8');
