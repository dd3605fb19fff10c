import { AppError, messageOf } from '../lib/kit/errors.ts';
import { createLogger } from '../lib/kit/logging.ts';
import { buildEngine } from './app.ts';
import { readPlatformConfig } from './platform/config.ts';
import { layoutOf, makeFolders } from './platform/layout.ts';
import { becomeEngine, ceaseToBeEngine } from './platform/lock.ts';
import type { Platform } from './platform/platform.ts';
import { ProgressWriter } from './platform/progress.ts';
import { loadTarget, rememberTarget, targetOf } from './platform/targets.ts';

const begun = performance.now();
const config = readPlatformConfig();
const layout = layoutOf(config.DRILL_HOME);
const logger = createLogger({ name: 'engine', level: config.LOG_LEVEL });
makeFolders(layout);
const progress = new ProgressWriter(layout);
let platform: Platform | undefined;

async function stop(status: number): Promise<never> {
  if (platform) platform.state = 'stopping';
  await platform?.lifecycle.stop();
  ceaseToBeEngine(layout);
  process.exit(status);
}

try {
  await becomeEngine(layout, config.DRILL_PORT_BASE);
  process.once('SIGTERM', () => void stop(0));
  process.once('SIGINT', () => void stop(0));
  const target = targetOf(layout, config.DRILL_TARGET);
  const opened = await (await loadTarget(target)).open(config, logger);
  platform = opened.platform;
  rememberTarget(layout, { target, base: config.DRILL_PORT_BASE });
  const app = await buildEngine(platform);
  await app.listen({ host: '127.0.0.1', port: platform.port('engine') });
  platform.lifecycle.onStop('api', () => app.close());
  await opened.bringUp(progress);
  platform.state = 'up';
  progress.write({ event: 'up', ms: Math.round(performance.now() - begun) });
} catch (error) {
  logger.error({ err: error }, 'did not come up');
  await platform?.lifecycle.stop();
  // Last: who reads this may start another engine at once.
  ceaseToBeEngine(layout);
  const code = error instanceof AppError ? error.code : 'PLATFORM_FAILED';
  const stack = error instanceof Error ? error.stack : undefined;
  progress.write({ event: 'failed', code, message: messageOf(error), ...(stack && { stack }) });
  process.exit(1);
}
