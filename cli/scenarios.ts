import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogueEntry, loadCatalogue } from '../engine/catalogue.ts';
import { errors } from '../engine/errors.ts';
import { loadParts } from '../engine/parts.ts';

/** The catalogue as the repository holds it: needs no running platform. */
export const catalogue = async (): Promise<CatalogueEntry[]> => loadCatalogue(await loadParts());

/** By slug or incident number. @throws AppError DRILL_UNKNOWN_SCENARIO */
export async function findScenario(name: string): Promise<CatalogueEntry> {
  const entries = await catalogue();
  const entry = entries.find(({ scenario }) => scenario.id === name || String(scenario.number) === name);
  if (!entry) throw errors.UNKNOWN_SCENARIO(name, entries.map(({ scenario }) => scenario.id).join(', '));
  return entry;
}

/** What somebody on call knows at the beginning. */
export const briefOf = ({ folder }: CatalogueEntry): Promise<string> =>
  readFile(join(folder, 'README.md'), 'utf8');
