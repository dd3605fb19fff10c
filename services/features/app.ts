import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Topic } from '../../lib/contract/events.ts';
import { openLogReader } from '../../lib/kit/eventlog/open.ts';
import { connectRedis } from '../../lib/kit/redis.ts';
import { createService, type Service } from '../../lib/kit/service.ts';
import { ColdCopies } from './cold/copies.ts';
import { type Config, Settings } from './config.ts';
import { loadDefinitions } from './definitions.ts';
import { removeOldResults } from './jobs/historical.ts';
import { JobRunner } from './jobs/runner.ts';
import { Compaction } from './lake/compaction.ts';
import { openDuckDb } from './lake/duckdb.ts';
import { LakeSink } from './lake/sink.ts';
import { LakeWriter } from './lake/writer.ts';
import { Mutex } from './mutex.ts';
import { Nightly } from './nightly.ts';
import { Parity } from './parity/rounds.ts';
import { sampleParity } from './parity/sample.ts';
import { trimLog } from './retention.ts';
import { everyRound } from './rounds.ts';
import { addFeastRoutes } from './routes/feast.ts';
import { addFillRoutes } from './routes/fill.ts';
import { addHistoricalRoutes } from './routes/historical.ts';
import { addMaterializeRoutes } from './routes/materialize.ts';
import { addParityRoutes } from './routes/parity.ts';
import { addViewRoutes } from './routes/views.ts';

const LOOK_MS = 250;
const LOOK_COLD_MS = 1_000;
const TRIM_MS = 10_000;
const COMPACT_MS = 2_000;
/** Topics for people, who look later than consumers do. */
const KEPT_LONG = new Set<Topic>(['audit', 'dead-letters', 'quarantine']);

/** Builds the feature store's API and its keepers of lake, log and nightly rows. Does not listen. */
export async function buildFeatures(config: Config): Promise<{ service: Service<typeof Settings> }> {
  const definitions = loadDefinitions();
  const views = [...definitions.values()].map(({ view }) => view);
  const state: { redis?: { status: string }; nightly?: Nightly } = {};
  const service = await createService({
    config,
    settings: Settings,
    readiness: () => ({
      online_store: state.redis?.status === 'ready' || 'the online store cannot be reached',
      online_rows: state.nightly?.filled === true || 'the online store is being filled from the lake',
    }),
    info: () => ({ views: [...definitions.keys()] }),
  });
  const { app, audit, clock, lifecycle, log, logger, metrics, settings } = service;

  return lifecycle.start(async () => {
    mkdirSync(config.STATE_DIR, { recursive: true });
    const redis = connectRedis(config.ONLINE_REDIS_URL, { commandTimeout: 5_000, logger });
    lifecycle.onStop('online store', () => redis.disconnect());
    state.redis = redis;

    const surroundings = {
      lake: config.LAKE_DIR,
      onlineRedis: config.ONLINE_REDIS_URL,
      eventLog: config.EVENT_LOG_URL,
      coldStore: config.COLD_STORE_URL,
      memory: config.JOB_MEMORY,
      threads: config.JOB_THREADS,
      clock: clock.settings,
    };
    const jobs = new JobRunner(surroundings, config.STATE_DIR, logger);
    // Copies use little memory, and no night may wait for one.
    const copying = new JobRunner(surroundings, config.STATE_DIR, logger);
    // Small batches only: whatever needs memory runs as a job.
    const { db, close } = await openDuckDb({
      threads: 1,
      memory: '64MB',
      temporary: join(config.STATE_DIR, 'spill'),
    });
    lifecycle.onStop('duckdb', close);
    const mutex = new Mutex();
    const writer = new LakeWriter(db, config.LAKE_DIR);
    const sink = new LakeSink({
      log,
      writer,
      mutex,
      clock,
      metrics,
      logger,
      source: config.SERVICE_NAME,
      member: `${config.SERVICE_NAME}:${config.PORT || process.pid}`,
      flushSeconds: () => settings.values['lake.flush_seconds'],
    });
    await sink.start();
    lifecycle.onStop('lake sink', () => sink.stop());

    const compaction = new Compaction(writer, config.LAKE_DIR);
    const nightly = new Nightly({ views, redis, jobs, sink, clock, logger, metrics });
    state.nightly = nightly;
    const logReader = await openLogReader({ url: config.EVENT_LOG_URL, logger });
    lifecycle.onStop('parity', () => logReader.close());
    const parity = new Parity({
      definitions,
      jobs,
      sample: (view) =>
        sampleParity(view, {
          lake: config.LAKE_DIR,
          online: redis,
          log: logReader,
          scratch: config.STATE_DIR,
        }),
      nightly,
      clock,
      gauge: metrics.gauge('firedrill_feature_parity_mismatch_ratio'),
      everySeconds: () => settings.values['parity.every_seconds'],
    });
    const cold = new ColdCopies({
      url: config.COLD_STORE_URL,
      name: config.SERVICE_NAME,
      views,
      redis,
      jobs: copying,
      metrics,
      logger,
    });
    lifecycle.onStop('cold store', () => cold.close());
    const historicalFolder = join(config.STATE_DIR, 'historical');
    mkdirSync(historicalFolder, { recursive: true });
    const keepers = [
      everyRound('online store', LOOK_MS, logger, async () => {
        if (redis.status === 'ready') await nightly.look();
      }),
      everyRound('cold store', LOOK_COLD_MS, logger, async () => {
        if (redis.status === 'ready') await cold.look();
      }),
      everyRound('parity', LOOK_MS, logger, () => parity.look()),
      everyRound('log retention', TRIM_MS, logger, () =>
        trimLog(log, clock, (topic) =>
          KEPT_LONG.has(topic)
            ? settings.values['retention.audit_business_days']
            : settings.values['retention.business_days'],
        ),
      ),
      everyRound('compaction', COMPACT_MS, logger, () => mutex.run(() => compaction.run(clock.now()))),
    ];
    lifecycle.onStop('keepers', async () => {
      await Promise.all([jobs.stop(), copying.stop(), ...keepers.map((keeper) => keeper.stop())]);
    });

    const context = {
      app,
      definitions,
      redis,
      jobs,
      nightly,
      cold,
      parity,
      clock,
      metrics,
      audit,
      token: config.ADMIN_TOKEN,
    };
    addViewRoutes(context);
    addFeastRoutes(context);
    addFillRoutes(context);
    addMaterializeRoutes(context);
    addParityRoutes(context);
    addHistoricalRoutes(context, historicalFolder, () =>
      removeOldResults(historicalFolder, (path) => statSync(path).mtimeMs),
    );
    return { service };
  });
}
