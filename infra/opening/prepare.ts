import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PortName, portOf } from '../../lib/contract/ports.ts';
import { BusinessClock, settleClock } from '../../lib/kit/business-clock.ts';
import { readConfig } from '../../lib/kit/config.ts';
import { PrepareConfig } from './config.ts';
import { type Running, runJob, startService } from './processes.ts';
import { runProgram } from './program.ts';
import { openTokens } from './tokens.ts';

/** A business day in real time. */
const REAL_DAY_SECONDS = 86_400;
const HISTORY_HEAP_MB = 1024;
const SERVICE_HEAP_MB = 128;
const MODEL = 'fraud';

/**
 * What has to be done once before the bank can open: its tokens, its past, its first model. Repeatable, also while
 * the bank is open: what is there is left alone. Meanwhile business time runs at real speed
 * (docs/decisions/0007-prepare-at-real-speed.md).
 */
await runProgram(async () => {
  const config = readConfig(PrepareConfig);
  const token = openTokens(config);
  const mark = join(config.PLATFORM_DIR, 'prepared');
  if (existsSync(mark)) return;

  const file = join(config.PLATFORM_DIR, 'clock.json');
  settleClock(file);
  const clock = new BusinessClock(file, REAL_DAY_SECONDS);
  const stateOf = (name: string) => join(config.STATE_ROOT, name);
  try {
    await runJob(
      'world/history.ts',
      {
        WORLD_SEED: config.WORLD_SEED,
        LAKE_DIR: config.LAKE_DIR,
        // Labels that are still on their way when the bank opens are the live world's to announce.
        STATE_DIR: stateOf('world'),
        DRILL_DAY_SECONDS: String(config.DRILL_DAY_SECONDS),
      },
      HISTORY_HEAP_MB,
    );
    await withServices(([registry, , pipeline]) =>
      runJob(
        'pipeline/requester/main.ts',
        {
          PIPELINE_URL: pipeline!.url,
          REGISTRY_URL: registry!.url,
          ADMIN_TOKEN: token,
          ACTOR: 'platform',
          UNLESS_ALIAS: `${MODEL}/champion`,
        },
        SERVICE_HEAP_MB,
        ['train', JSON.stringify({ model: MODEL, promote: true })],
      ),
    );
  } finally {
    clock.stop();
  }
  writeFileSync(mark, '');

  /** Runs `work` with the services that training needs, as they will be named later, and ends them. */
  async function withServices(work: (running: Running[]) => Promise<void>): Promise<void> {
    const port = (name: PortName) => portOf(name, config.DRILL_PORT_BASE);
    const urlOf = (name: PortName) => `http://127.0.0.1:${port(name)}`;
    const own = {
      registry: { ARTIFACTS_DIR: config.ARTIFACTS_DIR },
      features: { LAKE_DIR: config.LAKE_DIR, ONLINE_REDIS_URL: config.ONLINE_REDIS_URL },
      pipeline: { REGISTRY_URL: urlOf('registry'), FEATURES_URL: urlOf('features') },
    };
    const running: Running[] = [];
    try {
      for (const [name, environment] of Object.entries(own)) {
        const env = {
          SERVICE_NAME: name,
          PORT: String(port(name as PortName)),
          ADMIN_TOKEN: token,
          CLOCK_WALL_EPOCH_MS: String(clock.settings.wallEpochMs),
          CLOCK_BUSINESS_EPOCH_MS: String(clock.settings.businessEpochMs),
          DRILL_DAY_SECONDS: String(clock.settings.daySeconds),
          STATE_DIR: stateOf(name),
          EVENT_LOG_URL: config.EVENT_LOG_URL,
          ...environment,
        };
        running.push(await startService(`${name}/main.ts`, env, SERVICE_HEAP_MB));
      }
      await work(running);
    } finally {
      for (const one of running.reverse()) await one.stop();
    }
  }
});
