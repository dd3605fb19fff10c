import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { WorkloadDefinition } from './definition.ts';
import { errors } from './errors.ts';

const FOLDER = new URL('./workloads/', import.meta.url);

/** Every definition in the folder, by name. @throws PLATFORM_BAD_WORKLOAD naming the file */
export async function loadWorkloads(folder: URL = FOLDER): Promise<WorkloadDefinition[]> {
  const files = (await readdir(folder)).filter((file) => /(?<!\.test)\.ts$/.test(file)).sort();
  return Promise.all(
    files.map(async (file) => {
      const { default: definition } = (await import(new URL(file, folder).href)) as {
        default?: WorkloadDefinition;
      };
      if (definition === undefined) throw errors.BAD_WORKLOAD(file, 'has no default export');
      if (definition.name !== basename(file, '.ts')) {
        throw errors.BAD_WORKLOAD(file, `defines ${definition.name}; file and workload share one name`);
      }
      return definition;
    }),
  );
}
