import { readdir } from 'node:fs/promises';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import Type from 'typebox';
import { errors } from './errors.ts';
import type { Job } from './job.ts';

/** The jobs there are: one per file of the folder, by file name. */
export interface Catalogue {
  names(): string[];
  /** @throws AppError PIPELINE_JOB_UNKNOWN */
  get(name: string): Job;
  /**
   * The parameters with defaults filled in.
   * @throws AppError PIPELINE_JOB_UNKNOWN, PIPELINE_PARAMETER_INVALID naming the parameter
   */
  parameters(name: string, given: Record<string, unknown>): Record<string, unknown>;
}

export async function loadJobs(folder: URL): Promise<Catalogue> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const jobs = new Map<string, Job>();
  for (const file of files.sort()) {
    jobs.set(file.slice(0, -3), ((await import(new URL(file, folder).href)) as { default: Job }).default);
  }
  const ajv = addFormats.default(new Ajv({ strict: false, useDefaults: true }));
  const get = (name: string): Job => {
    const job = jobs.get(name);
    if (!job) throw errors.JOB_UNKNOWN(name, [...jobs.keys()].join(', '));
    return job;
  };
  return {
    names: () => [...jobs.keys()],
    get,
    parameters(name, given) {
      const validate = ajv.compile(Type.Object(get(name).parameters, { additionalProperties: false }));
      const parameters = structuredClone(given);
      if (validate(parameters)) return parameters;
      const [problem] = validate.errors ?? [];
      const unknown = problem?.params.additionalProperty as string | undefined;
      if (unknown !== undefined) {
        const known = Object.keys(get(name).parameters).join(', ');
        throw errors.PARAMETER_INVALID(unknown, `is not known to job ${name}; it takes: ${known}`);
      }
      const field =
        problem?.instancePath.slice(1).replaceAll('/', '.') || String(problem?.params.missingProperty);
      throw errors.PARAMETER_INVALID(field, problem?.message ?? 'is invalid');
    },
  };
}
