import { join } from 'node:path';
import { repeat } from '../../lib/kit/repeat.ts';
import { createService, type Service } from '../../lib/kit/service.ts';
import type { Config } from './config.ts';
import { createGauges } from './gauges.ts';
import { startIntake } from './ledger/intake.ts';
import { Ledger } from './ledger/ledger.ts';
import { makeReport, type Report } from './report.ts';
import { addQuality } from './routes/quality.ts';
import { MonitorSettings, retentionOf } from './settings.ts';

/** Labels come by the hour of business time, 2.5 s at the usual speed; more often would say nothing new. */
const REPORT_EVERY_MS = 4_000;

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

  const intake = await startIntake({
    log,
    ledger,
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
      report = makeReport(ledger, now, settings.values);
      show(report);
    },
  });

  lifecycle.onStop('ledger', async () => {
    await stopReports();
    await Promise.all(intake.map((consumer) => consumer.stop()));
    ledger.close();
  });
  addQuality(app, () => report);
  return { service, ledger };
}
