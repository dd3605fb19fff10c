import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { DrillPlatform } from '../support/drill.ts';

declare module 'vitest' {
  interface ProvidedContext {
    drillHome: string;
    drillBase: number;
  }
}

/**
 * Brings one platform up for all end-to-end tests, through `./drill` as a person would, and down again. Its home is
 * new; its history and first model may be ones an earlier platform made from the same sources (docs/snapshots.md), and
 * are made here when there are none. DRILL_CACHE_DIR=none always makes them.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const platform = new DrillPlatform({ base: 14_000 });
  const up = await platform.drill('up');
  if (up.code !== 0) throw new Error(`./drill up exited ${up.code}: ${up.stdout}${up.stderr}`);
  project.provide('drillHome', platform.home);
  project.provide('drillBase', platform.base);
  return async () => {
    await platform.drill('down', '--purge');
    await rm(platform.home, { recursive: true, force: true });
  };
}
