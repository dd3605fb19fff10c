import { readdir } from 'node:fs/promises';
import type { Preparation } from './preparation.ts';

const FOLDER = new URL('./preparations/', import.meta.url);

/** Every preparation in the folder. */
export async function loadPreparations(folder: URL = FOLDER): Promise<Preparation[]> {
  const files = (await readdir(folder)).filter((file) => /(?<!\.test)\.ts$/.test(file)).sort();
  return Promise.all(
    files.map(
      async (file) => ((await import(new URL(file, folder).href)) as { default: Preparation }).default,
    ),
  );
}
