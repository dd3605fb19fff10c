import { Outbox } from '../../lib/kit/eventlog/outbox.ts';
import { Admission, reportAdmissions } from '../../lib/kit/pressure/admission.ts';
import { connectRedis } from '../../lib/kit/redis.ts';
import { repeat } from '../../lib/kit/repeat.ts';
import { createService, type Service } from '../../lib/kit/service.ts';
import type { InferenceConfig } from './config.ts';
import { errors } from './errors.ts';
import { CircuitBreaker } from './features/breaker.ts';
import { RowCache } from './features/cache.ts';
import { ColdStore } from './features/cold.ts';
import { Freshness } from './features/freshness.ts';
import { HotTier } from './features/hot.ts';
import { FeatureLookup } from './features/lookup.ts';
import { policyInForce } from './features/policy.ts';
import { OnlineStore } from './features/store.ts';
import { Tiers } from './features/tiers.ts';
import { ViewClient } from './features/views.ts';
import { ArtifactCache } from './models/artifacts.ts';
import { loadModel } from './models/loader.ts';
import { RegistryClient } from './models/registry.ts';
import { Serving } from './models/serving.ts';
import { QualityBreaker } from './quality/breaker.ts';
import { addScore } from './routes/score.ts';
import { createStages } from './scoring/metrics.ts';
import { PredictionCache } from './scoring/prediction-cache.ts';
import { Scorer } from './scoring/scorer.ts';
import { segmentInReview } from './scoring/segment.ts';
import { InferenceSettings } from './settings.ts';
import { addOpenInference } from './v2/plugin.ts';

const POLL_REGISTRY_MS = 1_000;
const POLL_WATERMARK_MS = 250;
/** A connection that owes an answer this long is torn down, or a frozen store would hold it for ever. */
const REDIS_SILENCE_MS = 2_000;

export interface Inference {
  service: Service<typeof InferenceSettings>;
  serving: Serving;
}

/** Builds inference without listening. It begins to follow the registry when Fastify becomes ready. */
export async function buildInference(config: InferenceConfig): Promise<Inference> {
  const service: Service<typeof InferenceSettings> = await createService({
    config,
    settings: InferenceSettings,
    readiness: () => ({ model: serving.current ? true : (serving.problem ?? 'none is loaded') }),
    notes: () => [freshness.note(), serving.current && serving.problem].filter((note) => note !== undefined),
    info: () => ({
      region: config.REGION,
      model: serving.current?.identity ?? null,
      follows: which,
      feature_view: serving.current ? `${serving.current.view.name}@${serving.current.view.version}` : null,
      policy: serving.current
        ? policyInForce(settings.values, serving.current.registered.manifest.policy)
        : null,
      online_store_circuit: store.state,
      quality_breaker: settings.values['quality.breaker'] === 'off' ? 'off' : quality.state,
      cold_store_circuit: coldStore.enabled ? coldCircuit.state : null,
      freshness_seconds: freshness.ages(),
    }),
  });
  const { app, metrics, settings, clock, logger, stateDir, log, random } = service;

  const redis = connectRedis(config.ONLINE_REDIS_URL, { logger, socketTimeout: REDIS_SILENCE_MS });
  const outbox = new Outbox({ topic: 'predictions', log, logger, metrics });

  const registry = new RegistryClient({
    url: config.REGISTRY_URL,
    token: config.ADMIN_TOKEN,
    actor: config.SERVICE_NAME,
  });
  const which =
    config.MODEL_VERSION === '' ? { alias: config.MODEL_STAGE } : { version: config.MODEL_VERSION };
  const loading = {
    registry,
    artifacts: new ArtifactCache(stateDir),
    views: new ViewClient(config.FEATURES_URL, stateDir),
    pinnedView: parsePin(config.FEATURE_VIEW),
    golden: () => settings.values['model.golden_requests'],
    maxRowMs: () => settings.values['model.max_row_ms'],
  };
  const serving = new Serving({
    name: config.MODEL_NAME,
    which,
    region: config.REGION,
    stateDir,
    registry,
    load: (version) => loadModel(version, loading),
    logger,
    metrics,
  });
  const freshness = new Freshness(redis, clock, metrics, () => serving.current?.view);
  const watermarkMs = () => freshness.watermarkMs();
  const online = new OnlineStore(redis, () => settings.values['features.timeout_ms'], metrics);
  const store = new CircuitBreaker(online, settings, { metrics, logger });
  const coldStore = new ColdStore({
    url: config.COLD_STORE_URL,
    name: config.SERVICE_NAME,
    settings,
    metrics,
    logger,
  });
  const coldCircuit = new CircuitBreaker(coldStore, settings, {
    dependency: 'cold_store',
    enabled: () => settings.values['cold.breaker_enabled'],
    metrics,
    logger,
  });
  const cold = () => coldStore.enabled;
  const tiers = new Tiers({ online: store, watermarkMs, cold: coldCircuit, enabled: cold });
  const cache = new RowCache({
    settings: () => settings.values,
    now: () => performance.now(),
    random: random.fork('row cache').next,
  });
  settings.onChange((values) => (values['cache.enabled'] ? cache.trim() : cache.clear()));
  const quality = new QualityBreaker({ settings, metrics, logger });
  const scorer = new Scorer({
    source: config.SERVICE_NAME,
    region: config.REGION,
    serving,
    lookup: new FeatureLookup({
      store,
      hot: new HotTier(cache, tiers, metrics),
      cached: () => settings.values['cache.enabled'],
      tiers,
      cold,
      watermarkMs,
      metrics,
    }),
    policy: (card) => policyInForce(settings.values, card),
    outbox,
    stages: createStages(metrics),
    clock,
    batching: () => settings.values,
    quality,
    predictions: new PredictionCache({ settings, metrics }),
    segment: (transaction) => segmentInReview(transaction, settings.values),
  });

  const admission = new Admission({ resource: 'scoring', settings, metrics, refusal: errors.OVERLOADED });
  reportAdmissions(metrics, [admission]);
  addScore(app, scorer, admission);
  addOpenInference(app, service, serving, admission);
  const loops: (() => Promise<void>)[] = [];
  app.addHook('onReady', async () => {
    const follow = { name: 'follow the registry', everyMs: POLL_REGISTRY_MS, run: () => serving.sync() };
    const look = { name: 'read the watermark', everyMs: POLL_WATERMARK_MS, run: () => freshness.look() };
    loops.push(repeat({ ...follow, logger }), repeat({ ...look, logger }));
  });
  // Fastify runs this when the last request is answered: nothing that answers need goes away before.
  app.addHook('onClose', async () => {
    await Promise.all(loops.map((stop) => stop()));
    await outbox.drain();
    redis.disconnect();
    await coldStore.close();
  });
  return { service, serving };
}

/** `fraud@1` as name and version. */
function parsePin(text: string): { name: string; version: number } | undefined {
  const [name, version] = text.split('@');
  return name && version ? { name, version: Number(version) } : undefined;
}
