import { join } from 'node:path';
import { createClock } from '../../lib/kit/clock.ts';
import { createService } from '../../lib/kit/service.ts';
import { loadJobs } from './catalogue.ts';
import type { Config } from './config.ts';
import { addJobs } from './routes/jobs.ts';
import { addRuns } from './routes/runs.ts';
import { createLogs } from './runs/logs.ts';
import { Runner } from './runs/runner.ts';
import { openRuns } from './runs/store.ts';

/** Builds the pipeline without listening. @param jobs folder of job files, the product's own by default */
export async function buildPipeline(config: Config, jobs = new URL('./jobs/', import.meta.url)) {
  const catalogue = await loadJobs(jobs);
  const clock = createClock({
    wallEpochMs: config.CLOCK_WALL_EPOCH_MS,
    businessEpochMs: config.CLOCK_BUSINESS_EPOCH_MS,
    daySeconds: config.DRILL_DAY_SECONDS,
  });
  const runs = openRuns(join(config.STATE_DIR, 'runs.db'), clock);
  const logs = createLogs(join(config.STATE_DIR, 'logs'));
  const interrupted = runs.failInterrupted();
  const service = await createService({
    config,
    settings: {},
    readiness: () => ({}),
    info: () => ({ jobs: catalogue.names(), running: runs.list({ status: 'running', limit: 100 }) }),
  });
  const { app, audit, lifecycle, logger, metrics } = service;
  if (interrupted.length > 0)
    logger.warn({ runs: interrupted }, 'runs ended with the process before this one');

  const ended = metrics.counter('firedrill_pipeline_runs_total');
  metrics.gauge('firedrill_pipeline_run_duration_seconds', (gauge) => {
    for (const job of catalogue.names()) {
      const last = runs.list({ job, limit: 2 }).find(({ duration_seconds }) => duration_seconds !== null);
      if (last) gauge.set({ job }, last.duration_seconds!);
    }
  });
  metrics.gauge('firedrill_model_trained_timestamp_seconds', (gauge) => {
    for (const name of catalogue.names()) {
      const [last] = runs.list({ job: name, status: 'succeeded', limit: 1 });
      for (const { labels, value } of (last?.result && catalogue.get(name).gauges?.(last.result)) || []) {
        gauge.set(labels, value);
      }
    }
  });
  const runner = new Runner({
    catalogue,
    runs,
    logs,
    jobs,
    environment: environmentOf(config),
    onEnd({ id, job, status, error }) {
      ended.inc({ job, status });
      logger.info({ run: id, job, status, ...(error && { error }) }, 'run ended');
    },
  });
  lifecycle.onStop('database', () => runs.close());
  lifecycle.onStop('runs', () => runner.close());

  const routes = { catalogue, runner, runs, logs, audit, adminToken: config.ADMIN_TOKEN };
  addJobs(app, routes);
  addRuns(app, routes);
  return { service, runs };
}

/** What a run's process sees: this service's configuration, and what any process needs. */
function environmentOf(config: Config): Record<string, string> {
  const { PATH, HOME, TMPDIR, LANG, TZ, NODE_COMPILE_CACHE } = process.env;
  const inherited = { PATH, HOME, TMPDIR, LANG, TZ, NODE_COMPILE_CACHE };
  return Object.fromEntries(
    Object.entries({ ...inherited, ...config }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}
