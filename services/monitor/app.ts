import { join } from 'node:path';
import { HOUR_MS } from '../../lib/kit/clock.ts';
import { repeat } from '../../lib/kit/repeat.ts';
import { createService, type Service } from '../../lib/kit/service.ts';
import { fraudOutcomes } from './business/fraud.ts';
import type { Config } from './config.ts';
import { createDriftGauges } from './drift/gauges.ts';
import { type Cut, driftReport } from './drift/report.ts';
import { createGauges } from './gauges.ts';
import { Volumes } from './inputs/volumes.ts';
import { recordPredictions } from './ledger/books.ts';
import { startIntake } from './ledger/intake.ts';
import { Ledger } from './ledger/ledger.ts';
import { ReadProgress } from './ledger/progress.ts';
import { Profiles } from './profiles/profiles.ts';
import { connectProfiles } from './profiles/source.ts';
import { makeReport, type Report } from './report.ts';
import { addDrift } from './routes/drift.ts';
import { addQuality } from './routes/quality.ts';
import { MonitorSettings, retentionOf } from './settings.ts';
import { Cells } from './windows/cells.ts';
import type { WindowName } from './windows/window.ts';

/** Labels come by the hour of business time, 2.5 s at the usual speed; more often would say nothing new. */
const REPORT_EVERY_MS = 4_000;
/** Drift does not wait for labels; an hour of predictions is what a window moves by. */
const DRIFT_EVERY_MS = 2_500;

export async function buildMonitor(
  config: Config,
): Promise<{ service: Service<typeof MonitorSettings>; ledger: Ledger }> {
  const ledger = new Ledger(join(config.STATE_DIR, 'monitor.db'));
  let report: Report | undefined;
  const service = await createService({
    config,
    settings: MonitorSettings,
    readiness: () => ({
      report: report ? true : 'the first report is not made yet',
      'event log':
        intake.every((consumer) => consumer.owned().length > 0) ||
        'no partition is read; the event log cannot be reached or another process reads it',
    }),
    info: () => ({
      group: 'monitor',
      model_versions: report?.models.map(({ model, version }) => `${model}@${version}`) ?? [],
    }),
  });
  const { app, clock, lifecycle, log, logger, metrics, settings } = service;
  const { database } = ledger;
  const source = connectProfiles(config.REGISTRY_URL, config.FEATURES_URL);
  const profiles = new Profiles(database, source, logger);
  const cells = new Cells(database, profiles);
  const volumes = new Volumes(database);
  const progress = new ReadProgress();

  const intake = await startIntake({
    log,
    learn: (versions) => profiles.learn(versions),
    addPredictions: (predictions) => recordPredictions({ ledger, cells, volumes }, predictions),
    addLabels: (labels) => ledger.addLabels(labels),
    amountAt: (version) => profiles.get(version)?.amountAt ?? -1,
    progress,
    metrics,
    logger,
    member: `${service.name}:${process.pid}`,
  });

  const show = createGauges(metrics);
  const stopReports = repeat({
    name: 'report',
    everyMs: REPORT_EVERY_MS,
    logger,
    run: async () => {
      const now = clock.now();
      ledger.prune(now, retentionOf(settings.values));
      cells.prune(now);
      volumes.prune(now);
      report = makeReport(ledger, now, settings.values);
      show(report);
    },
  });

  const measure = (window: WindowName, cut: Cut) =>
    driftReport(
      {
        ...{ cells, profiles, volumes, settings: settings.values },
        nowMs: clock.now(),
        knownMs: progress.knownMs,
      },
      window,
      cut,
    );
  const showDrift = createDriftGauges(metrics);
  const stopDrift = repeat({
    name: 'drift',
    everyMs: DRIFT_EVERY_MS,
    logger,
    run: async () => {
      const by = { by: ['region', 'channel'] } as const;
      const day = measure('day', by);
      const since = clock.now() - settings.values['business.window_hours'] * HOUR_MS;
      const business = day.models.map(({ model, version }) => ({
        ...{ model, version },
        outcomes: fraudOutcomes(ledger, { model, version }, since),
      }));
      showDrift({ day, recent: measure('recent', by), business });
    },
  });

  lifecycle.onStop('ledger', async () => {
    await Promise.all([stopReports(), stopDrift()]);
    await Promise.all(intake.map((consumer) => consumer.stop()));
    ledger.close();
  });
  addQuality(app, () => report);
  addDrift(app, measure);
  return { service, ledger };
}
