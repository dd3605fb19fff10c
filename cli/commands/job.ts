import type { Command } from 'commander';
import { waitFor } from '../../lib/kit/wait.ts';
import { connectEngine, type EngineClient } from '../client.ts';
import { print, table } from '../output.ts';
import { parsePairs } from '../pairs.ts';
import { EXIT } from '../program.ts';
import type { JobView, RunView } from '../views.ts';

const DEADLINE_MS = 3_600_000;

interface Options {
  json?: boolean;
  with?: string[];
  wait: boolean;
}

export default (program: Command): void => {
  const job = program.command('job').description('jobs of the pipeline');

  job
    .command('list')
    .description('every job and its last run')
    .action(async (options: Options) => {
      const answer = await (await connectEngine()).get<{ jobs: JobView[] }>('/v1/jobs');
      print(options, answer, () =>
        table(
          ['job', 'last run', 'started (bank time)', 'does'],
          answer.jobs.map(({ name, last_run, description }) => [
            name,
            last_run?.status ?? 'never',
            last_run?.started_at ?? '-',
            description,
          ]),
        ),
      );
    });

  job
    .command('run')
    .description('start a job and wait for its end; exits 1 when it fails')
    .argument('<job>')
    .option('--with <name=value...>', 'parameters, values are JSON or text')
    .option('--no-wait', 'answer as soon as it runs')
    .action(async (name: string, options: Options) => {
      const engine = await connectEngine();
      const path = `/v1/jobs/${encodeURIComponent(name)}/runs`;
      const started = await engine.send<RunView>('POST', path, parsePairs(options.with ?? []));
      const run = options.wait ? await ended(engine, started.id) : started;
      print(options, run, () =>
        [`${name} ${run.status} (run ${run.id})`, ...(run.error ? [run.error] : [])].join(': '),
      );
      if (run.status === 'failed') process.exitCode = EXIT.negative;
    });
};

const ended = (engine: EngineClient, id: string): Promise<RunView> =>
  waitFor(
    `run ${id} to end`,
    async () => {
      const run = await engine.get<RunView>(`/v1/runs/${id}`);
      return run.status !== 'running' && run;
    },
    { deadlineMs: DEADLINE_MS, everyMs: 300 },
  );
