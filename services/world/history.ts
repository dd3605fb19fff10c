import { readConfig } from '../../lib/kit/config.ts';
import { AppError, messageOf } from '../../lib/kit/errors.ts';
import { HistoryConfig } from './config.ts';
import { errors } from './errors.ts';
import { writeHistory } from './history/write.ts';
import { USUAL_RATE } from './settings.ts';

/** The job that gives the bank a past. Repeatable: a lake with a history is left alone. One JSON line says what it did. */
try {
  const config = readConfig(HistoryConfig);
  const usual = Math.round(USUAL_RATE * config.DRILL_DAY_SECONDS);
  const report = await writeHistory({
    seed: config.WORLD_SEED,
    lakeDir: config.LAKE_DIR,
    stateDir: config.STATE_DIR,
    days: config.WORLD_HISTORY_DAYS,
    // A bank with too few customers a day teaches no model, one with millions takes hours to write.
    volumePerDay: config.WORLD_HISTORY_PER_DAY || Math.min(20_000, Math.max(500, usual)),
  });
  process.stdout.write(`${JSON.stringify(report)}\n`);
} catch (error) {
  const known = error instanceof AppError ? error : errors.LAKE_UNWRITABLE(messageOf(error));
  process.stderr.write(`${known.code}: ${known.message}\n`);
  process.exit(1);
}
