import { join } from 'node:path';
import { createClock } from '../../lib/kit/clock.ts';
import { requireToken } from '../../lib/kit/http.ts';
import { createService } from '../../lib/kit/service.ts';
import { createArtifacts } from './artifacts.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { addMlflow } from './mlflow/routes.ts';
import { Outbox } from './outbox.ts';
import { addAliases } from './routes/aliases.ts';
import { addArtifacts } from './routes/artifacts.ts';
import { addAudit } from './routes/audit.ts';
import { addDeployments } from './routes/deployments.ts';
import { addModels } from './routes/models.ts';
import { addVersions } from './routes/versions.ts';
import { openStore } from './store/store.ts';

/** Builds the registry without listening. @throws AppError when its database or folders cannot be used */
export async function buildRegistry(config: Config) {
  const artifacts = createArtifacts(config.ARTIFACTS_DIR, config.ARTIFACT_LIMIT_BYTES);
  const clock = createClock({
    wallEpochMs: config.CLOCK_WALL_EPOCH_MS,
    businessEpochMs: config.CLOCK_BUSINESS_EPOCH_MS,
    daySeconds: config.DRILL_DAY_SECONDS,
  });
  const store = openStore(join(config.STATE_DIR, 'registry.db'), clock);
  const service = await createService({
    config,
    settings: {},
    readiness: () => ({}),
    info: () => ({
      served_alias: config.MODEL_ALIAS,
      models: store.models.list().map(({ name, aliases }) => ({ name, aliases })),
    }),
  });
  const { app, audit, lifecycle, logger, metrics } = service;
  const outbox = new Outbox(store.journal, audit, logger);
  lifecycle.onStop('database', () => store.close());
  lifecycle.onStop('audit outbox', () => outbox.close());

  const changes = metrics.counter('firedrill_registry_changes_total');
  store.journal.onWrite((action) => changes.inc({ action }));

  const context: Context = {
    store,
    artifacts,
    authorized: requireToken(config.ADMIN_TOKEN),
    servedAlias: config.MODEL_ALIAS,
  };
  addArtifacts(app, context);
  addModels(app, context);
  addVersions(app, context);
  addAliases(app, context);
  addDeployments(app, context);
  addAudit(app, context);
  addMlflow(app, context);
  return { service, store };
}
