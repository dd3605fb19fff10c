import { readFileSync } from 'node:fs';
import type { TProperties } from 'typebox';
import { type Audit, createAudit } from './audit.ts';
import { type Clock, createClock } from './clock.ts';
import type { BaseConfig } from './config.ts';
import { announceClosing, closeDoor } from './door.ts';
import { AppError, messageOf } from './errors.ts';
import type { EventLog } from './eventlog/log.ts';
import { openEventLog } from './eventlog/open.ts';
import { type App, createHttp } from './http.ts';
import { Lifecycle } from './lifecycle.ts';
import { createLogger, type Logger } from './logging.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createRandom, type Random } from './random.ts';
import { addOperations, type Readiness } from './routes.ts';
import { createSettings, type Settings } from './settings.ts';
import { startTracing } from './tracing.ts';

export const VERSION: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;

/** What a service is made of. `app.ts` gets one and adds its routes; nothing in it listens yet. */
export interface Service<T extends TProperties = TProperties> {
  name: string;
  app: App;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  random: Random;
  settings: Settings<T>;
  log: EventLog;
  audit: Audit;
  lifecycle: Lifecycle;
  adminToken: string;
  stateDir: string;
  /** Wall ms between the word that it stops and the closing of its door. */
  drainNoticeMs: number;
}

export interface ServiceOptions<T extends TProperties> {
  config: BaseConfig & { EVENT_LOG_URL: string };
  settings: T;
  bodyLimit?: number;
  readiness(): Readiness | Promise<Readiness>;
  /** What an operator should know although traffic may come; shown at `/readyz`. */
  notes?(): string[];
  info(): Record<string, unknown> | Promise<Record<string, unknown>>;
}

/** Builds the parts every service shares and the routes that operate it. Does not listen. */
export async function createService<T extends TProperties>(options: ServiceOptions<T>): Promise<Service<T>> {
  const { config } = options;
  const name = config.SERVICE_NAME;
  const logger = createLogger({ name, level: config.LOG_LEVEL, revision: config.REVISION });
  const lifecycle = new Lifecycle({
    boundMs: 5_000,
    report: {
      stopped: (step) => logger.debug({ step }, 'stopped'),
      failed: (step, error) => logger.warn({ step, err: messageOf(error) }, 'did not stop cleanly'),
    },
  });
  const stopTracing = await startTracing({
    service: name,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
  });
  lifecycle.onStop('tracing', stopTracing);

  const clock = createClock({
    wallEpochMs: config.CLOCK_WALL_EPOCH_MS,
    businessEpochMs: config.CLOCK_BUSINESS_EPOCH_MS,
    daySeconds: config.DRILL_DAY_SECONDS,
  });
  const metrics = createMetrics();
  metrics
    .gauge('firedrill_build_info')
    .set({ service: name, version: VERSION, revision: config.REVISION }, 1);
  const settings = createSettings(options.settings, JSON.parse(config.SETTINGS) as Record<string, unknown>);
  const log = await openEventLog({
    url: config.EVENT_LOG_URL,
    stateDir: config.STATE_DIR,
    clock,
    logger,
    metrics,
  });
  lifecycle.onStop('event log', () => log.close());
  const audit = createAudit(name, log, clock, logger);
  const random = createRandom(`${name}:${config.PORT}`);

  const app = createHttp({
    logger,
    metrics,
    logSample: config.LOG_SAMPLE,
    sample: () => random.next(),
    connections: config,
    ...(options.bodyLimit !== undefined && { bodyLimit: options.bodyLimit }),
  });
  // The door closes and requests in flight finish before anything they need goes away.
  lifecycle.onStopFirst('http', () => closeDoor(app));
  addOperations({
    app,
    metrics,
    settings,
    audit,
    adminToken: config.ADMIN_TOKEN,
    service: name,
    readiness: async () => ({
      ...(lifecycle.leaving && { process: 'it is stopping' }),
      ...(await options.readiness()),
    }),
    ...(options.notes && { notes: options.notes }),
    info: async () => ({
      service: name,
      version: VERSION,
      revision: config.REVISION,
      code: config.CODE_DIGEST,
      business_time: clock.iso(),
      day_seconds: config.DRILL_DAY_SECONDS,
      settings: settings.values,
      ...(await options.info()),
    }),
  });
  return {
    name,
    app,
    clock,
    logger,
    metrics,
    random,
    settings,
    log,
    audit,
    lifecycle,
    adminToken: config.ADMIN_TOKEN,
    stateDir: config.STATE_DIR,
    drainNoticeMs: config.DRAIN_NOTICE_MS,
  };
}

/**
 * The body of every main.ts: build, listen, drain on SIGTERM and SIGINT. A start that fails says why in one line
 * and leaves with status 1.
 */
export async function runService(
  build: () => Promise<{ service: Service<TProperties>; host: string; port: number }>,
) {
  let lifecycle: Lifecycle | undefined;
  try {
    const { service, host, port } = await build();
    lifecycle = service.lifecycle;
    const stop = () => {
      announceClosing(service.app);
      void service.lifecycle.drain(service.drainNoticeMs).then(() => process.exit(0));
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    await service.app.listen({ host, port });
    service.logger.info({ host, port }, 'listening');
  } catch (error) {
    const code =
      error instanceof AppError ? error.code : ((error as NodeJS.ErrnoException).code ?? 'START_FAILED');
    process.stderr.write(`${code}: ${messageOf(error)}\n`);
    await lifecycle?.stop();
    process.exit(1);
  }
}
