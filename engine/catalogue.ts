import { access, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AppError } from '../lib/kit/errors.ts';
import type { Scenario } from './contract/scenario.ts';
import { errors } from './errors.ts';
import { checkScenario } from './manifest.ts';
import type { Parts } from './parts.ts';

export interface CatalogueEntry {
  scenario: Scenario;
  /** Absolute path of the scenario's folder. */
  folder: string;
  /** Its folder begins with an underscore: found by its name, shown to nobody. */
  hidden?: true;
}

/** What lies in the folder of scenarios: what can be used, by number, and why the rest cannot. */
export interface Survey {
  entries: CatalogueEntry[];
  /** DRILL_SCENARIO_INVALID, one for each scenario that is refused. */
  refused: Refusal[];
}

export interface Refusal {
  slug: string;
  error: AppError;
}

const SCENARIOS = new URL('../scenarios/', import.meta.url);

/** Every scenario in the folder, hidden ones too. @throws AppError DRILL_SCENARIO_INVALID with file, field and reason */
export async function loadCatalogue(parts: Parts, root: URL = SCENARIOS): Promise<CatalogueEntry[]> {
  const { entries, refused } = await surveyCatalogue(parts, root);
  if (refused[0]) throw refused[0].error;
  return entries;
}

/** Looks at every scenario, however many are refused. */
export async function surveyCatalogue(parts: Parts, root: URL = SCENARIOS): Promise<Survey> {
  const slugs = (await readdir(root, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const loaded = await Promise.all(
    slugs.map((slug) =>
      loadScenario(parts, slug, root).catch((error: unknown): Refusal => {
        if (error instanceof AppError) return { slug, error };
        throw error;
      }),
    ),
  );
  const refused = loaded.filter((one): one is Refusal => 'error' in one);
  const entries: CatalogueEntry[] = [];
  for (const entry of loaded) {
    if ('error' in entry) continue;
    const { id, number } = entry.scenario;
    const other = entries.find(({ scenario }) => scenario.number === number);
    if (other === undefined) entries.push(entry);
    else {
      const reason = `${number} is taken by ${other.scenario.id}`;
      refused.push({ slug: id, error: errors.SCENARIO_INVALID(fileOf(id), 'number', reason) });
    }
  }
  return { entries: entries.sort((a, b) => a.scenario.number - b.scenario.number), refused };
}

const fileOf = (slug: string) => `scenarios/${slug}/scenario.ts`;

export async function loadScenario(
  parts: Parts,
  slug: string,
  root: URL = SCENARIOS,
): Promise<CatalogueEntry> {
  const folder = new URL(`${slug}/`, root);
  const file = fileOf(slug);
  let scenario: Scenario;
  try {
    scenario = (await import(new URL('scenario.ts', folder).href)).default;
  } catch (error) {
    throw errors.SCENARIO_INVALID(
      file,
      'default export',
      error instanceof Error ? error.message : String(error),
    );
  }
  checkScenario(parts, scenario, slug);
  for (const document of ['README.md', 'DEBRIEF.md']) {
    await access(new URL(document, folder)).catch(() => {
      throw errors.SCENARIO_INVALID(file, document, 'is missing beside the scenario');
    });
  }
  return { scenario, folder: fileURLToPath(folder), ...(slug.startsWith('_') && { hidden: true }) };
}
