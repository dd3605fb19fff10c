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

/** Puts the whole path of a request on the stage: one gateway, one inference for both regions, one consumer. */
export async function startPath(stage: Stage, flags: readonly string[] = []): Promise<Path> {
  const stateOf = (name: string) => ({ SERVICE_NAME: name, STATE_DIR: join(stage.folder, name) });
  const inference = await stage.startInference({}, flags);
  const region = `http://127.0.0.1:${inference.port}`;
  const INFERENCE_URLS = JSON.stringify({ eu: region, us: region });
  const gateway = await stage.start(
    'services/gateway/main.ts',
    { ...stateOf('gateway'), INFERENCE_URLS },
    flags,
  );
  const consumer = await stage.start(
    'services/features/consumer/main.ts',
    stateOf('feature-consumer'),
    flags,
  );
  return { gateway, inference, consumer, store: stage.online, log: stage.log };
}
