import { text } from 'node:stream/consumers';
import { messageOf } from '../../../lib/kit/errors.ts';
import type { JobEnvironment, JobName, Jobs } from './job.ts';

type Run<J extends JobName> = (
  parameters: Jobs[J]['parameters'],
  environment: JobEnvironment,
) => Promise<Jobs[J]['result']>;

const JOBS: { [J in JobName]: () => Promise<Run<J>> } = {
  fill: async () => (await import('./fill.ts')).fill,
  materialize: async () => (await import('./materialize.ts')).materialize,
  'cold-fill': async () => (await import('./cold-fill.ts')).coldFill,
  historical: async () => (await import('./historical.ts')).historical,
  parity: async () => (await import('./parity.ts')).parity,
};

const { job, parameters, environment } = JSON.parse(await text(process.stdin)) as {
  job: JobName;
  parameters: never;
  environment: JobEnvironment;
};
try {
  const run = await JOBS[job]();
  process.stdout.write(`${JSON.stringify(await run(parameters, environment))}\n`);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
