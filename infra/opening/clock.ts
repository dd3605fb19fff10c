import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BusinessClock, settleClock } from '../../lib/kit/business-clock.ts';
import { call } from '../../lib/kit/call.ts';
import { readConfig } from '../../lib/kit/config.ts';
import { ClockConfig } from './config.ts';
import { writeEnvFile } from './env-file.ts';
import { runProgram } from './program.ts';

/** What starting every service takes on a laptop. Meanwhile nobody pays, and hours without payments look like drift. */
const START_MS = 10_000;
const ANSWERS_WITHIN_MS = 1_000;

/**
 * Keeps business time for services that are started by somebody else: writes the epoch they share for
 * `node --env-file`, remembers the time every second, and lets it stand still while the platform is down. Starts
 * before all services and ends after them.
 */
await runProgram(async () => {
  const config = readConfig(ClockConfig);
  const file = join(config.PLATFORM_DIR, 'clock.json');
  const epoch = join(config.PLATFORM_DIR, 'clock.env');
  // Of a crash: who reads it would start in another time than we are about to tell.
  rmSync(epoch, { force: true });
  settleClock(file);
  // When this process alone was restarted, the services know what time it is, and those to come must agree with them.
  const open = await businessTimeOf(config.GATEWAY_URL);
  const clock = new BusinessClock(file, config.DRILL_DAY_SECONDS);
  if (open === undefined) clock.standFor(START_MS);
  else clock.turnTo(open);
  writeEnvFile(epoch, {
    CLOCK_WALL_EPOCH_MS: clock.settings.wallEpochMs,
    CLOCK_BUSINESS_EPOCH_MS: clock.settings.businessEpochMs,
    DRILL_DAY_SECONDS: clock.settings.daySeconds,
  });

  const awake = setInterval(() => {}, 2 ** 30);
  const stop = () => {
    clearInterval(awake);
    clock.stop();
    rmSync(epoch, { force: true });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
});

/** Business time, epoch ms, as a running service has it; undefined when it does not answer. */
async function businessTimeOf(service: string): Promise<number | undefined> {
  try {
    const answer = await call(`${service}/v1/info`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    return Date.parse(((await answer.json()) as { business_time: string }).business_time);
  } catch {
    return undefined;
  }
}
