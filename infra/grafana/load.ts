import { readdir } from 'node:fs/promises';
import type { Dashboard } from './dashboard.ts';

const FOLDER = new URL('./dashboards/', import.meta.url);

/** Every dashboard in the folder, by file name. */
export async function loadDashboards(): Promise<Dashboard[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.ts')).sort();
  return Promise.all(
    files.map(async (file) => ((await import(new URL(file, FOLDER).href)) as { default: Dashboard }).default),
  );
}
