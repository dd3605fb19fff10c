import { viewId } from '../../../lib/features/view.ts';
import { DeadLetters } from '../../../lib/kit/eventlog/dead-letters.ts';
import { connectRedis } from '../../../lib/kit/redis.ts';
import { createService, type Service } from '../../../lib/kit/service.ts';
import { ColdWriter } from '../cold/writer.ts';
import { definitionOf, loadDefinitions } from '../definitions.ts';
import { type Config, Settings } from './config.ts';
import { Ingest } from './ingest.ts';
import { StreamStore } from './store.ts';
import { Throttle } from './throttle.ts';

/** Builds the process that keeps the stream rows of one view up to date. Consumes as soon as it is built. */
export async function buildConsumer(config: Config): Promise<{ service: Service<typeof Settings> }> {
  const { view } = definitionOf(loadDefinitions(), config.FEATURE_VIEW);
  const online: { store?: StreamStore; owned?: () => number[] } = {};
  const service = await createService({
    config,
    settings: Settings,
    // Slow is not unhealthy: how far behind the rows are is what the watermark tells.
    readiness: () => ({ online_store: online.store?.ready === true || 'the online store cannot be reached' }),
    info: () => ({ view: viewId(view), partitions: online.owned?.() ?? [] }),
  });
  const { lifecycle, settings, log, logger, metrics, clock } = service;

  return lifecycle.start(async () => {
    const redis = connectRedis(config.ONLINE_REDIS_URL, { commandTimeout: 5_000, logger });
    lifecycle.onStop('online store', () => redis.disconnect());
    const { COLD_STORE_URL: url, SERVICE_NAME: name } = config;
    const cold = url === '' ? undefined : new ColdWriter({ url, name, view, metrics, logger });
    if (cold) lifecycle.onStop('cold store', () => cold.stop());
    const store = new StreamStore(redis, view, cold);
    const throttle = new Throttle(() => settings.values['ingest.max_events_per_second']);
    const group = `features-${viewId(view)}`;
    const deadLetters = new DeadLetters({
      source: config.SERVICE_NAME,
      group,
      log,
      clock,
      metrics,
      logger,
      onBadEvent: () => settings.values['ingest.on_bad_event'],
    });
    const ingest = new Ingest({ view, store, log, throttle, deadLetters, clock, logger, metrics });
    const consumer = await log.consume({
      topic: 'transactions',
      group,
      // The same name after a restart: the lease of the process before is this one's.
      member: `${config.SERVICE_NAME}:${config.PORT || process.pid}`,
      // Under a tight limit small batches let every partition have its turn.
      batchSize: () => Math.min(settings.values['ingest.batch_size'], throttle.slice),
      handle: ingest.handle,
    });
    lifecycle.onStop('ingest', () => consumer.stop());
    online.store = store;
    online.owned = () => consumer.owned();
    return { service };
  });
}
