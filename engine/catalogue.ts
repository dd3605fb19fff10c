import { access, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Scenario } from './contract/scenario.ts';
import { errors } from './errors.ts';
import { checkScenario } from './manifest.ts';
import type { Parts } from './parts.ts';

export interface CatalogueEntry {
  scenario: Scenario;
  /** Absolute path of the scenario's folder. */
  folder: string;
}

const SCENARIOS = new URL('../scenarios/', import.meta.url);

/** Every scenario in the folder, by number. @throws AppError DRILL_SCENARIO_INVALID with file, field and reason */
export async function loadCatalogue(parts: Parts, root: URL = SCENARIOS): Promise<CatalogueEntry[]> {
  const names = (await readdir(root, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map((entry) => entry.name)
    .sort();
  const entries = await Promise.all(names.map((name) => loadScenario(parts, name, root)));
  const numbers = new Map<number, string>();
  for (const { scenario } of entries) {
    const other = numbers.get(scenario.number);
    if (other)
      throw errors.SCENARIO_INVALID(fileOf(scenario.id), 'number', `${scenario.number} is taken by ${other}`);
    numbers.set(scenario.number, scenario.id);
  }
  return entries.sort((a, b) => a.scenario.number - b.scenario.number);
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
  return { scenario, folder: fileURLToPath(folder) };
}
