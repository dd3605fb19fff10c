import { join } from 'node:path';
import type { RedisServer } from '../../../tests/support/redis.ts';
import type { Server } from '../../../tests/support/server.ts';
import type { Stage } from '../score/stage.ts';

/** Everybody who does something for a request, from the door to the rows it changes. */
export interface Path {
  gateway: Server;
  inference: Server;
  consumer: Server;
  store: RedisServer;
  log: RedisServer;
}

/** The heap that services have in a bank. */
export const HEAP: readonly string[] = ['--max-old-space-size=128', '--max-semi-space-size=2'];

export interface PathOptions {
  flags?: readonly string[];
  /** Where inference finds the online store, when it is not on the stage itself. */
  storeUrl?: string;
  /** Settings to start with. */
  settings?: { gateway: Record<string, unknown>; inference: Record<string, unknown> };
}

/** Puts the whole path of a request on the stage: one gateway, one inference for both regions, one consumer. */
export async function startPath(
  stage: Stage,
  { flags = [], storeUrl = stage.online.url, settings = { gateway: {}, inference: {} } }: PathOptions = {},
): Promise<Path> {
  const stateOf = (name: string) => ({ SERVICE_NAME: name, STATE_DIR: join(stage.folder, name) });
  const inference = await stage.startInference(
    { ONLINE_REDIS_URL: storeUrl, SETTINGS: JSON.stringify(settings.inference) },
    flags,
  );
  const region = `http://127.0.0.1:${inference.port}`;
  const INFERENCE_URLS = JSON.stringify({ eu: region, us: region });
  const gateway = await stage.start(
    'services/gateway/main.ts',
    { ...stateOf('gateway'), INFERENCE_URLS, SETTINGS: JSON.stringify(settings.gateway) },
    flags,
  );
  const consumer = await stage.start(
    'services/features/consumer/main.ts',
    stateOf('feature-consumer'),
    flags,
  );
  return { gateway, inference, consumer, store: stage.online, log: stage.log };
}
