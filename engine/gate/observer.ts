import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../../lib/kit/clock.ts';
import { connectLogRedis } from '../../lib/kit/eventlog/redis/direct.ts';
import { RedisEventLog } from '../../lib/kit/eventlog/redis/log.ts';
import { createLogger } from '../../lib/kit/logging.ts';
import { createMetrics } from '../../lib/kit/metrics.ts';
import { connectRedis, redisReady } from '../../lib/kit/redis.ts';
import type { Action, DrillContext } from '../contract/parts.ts';
import { ProxyClient } from '../proxy/client.ts';
import { KubeApi } from '../targets/kubernetes/api.ts';
import type { Revision, Target, Workload } from '../targets/target.ts';
import type { DrillPlatform } from './platform.ts';

/** A second pair of eyes on a platform: reads probes past the engine that runs it. */
export interface Observer {
  context: DrillContext;
  close(): Promise<void>;
}

/**
 * Opens the ways a probe looks by, from outside the engine. The clock is the platform's as of now: after a snapshot
 * has been brought back another observer is needed.
 */
export async function openObserver(platform: DrillPlatform, scenarioFolder: string): Promise<Observer> {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-observer-'));
  const view = await platform.engine<{ business_time: string; day_seconds: number }>('/v1/platform');
  const clock = createClock({
    wallEpochMs: Date.now(),
    businessEpochMs: Date.parse(view.business_time),
    daySeconds: view.day_seconds,
  });
  const logger = createLogger({ name: 'gate', level: 'silent' });
  const redisUrl = (name: 'redis-online' | 'redis-log') => `redis://127.0.0.1:${platform.port(name)}`;
  const online = connectRedis(redisUrl('redis-online'), { commandTimeout: 5_000 });
  const logRedis = connectLogRedis(redisUrl('redis-log'), { commandTimeout: 5_000 });
  const log = new RedisEventLog({
    url: redisUrl('redis-log'),
    stateDir: folder,
    clock,
    logger,
    metrics: createMetrics(),
  });
  const cluster = platform.target === 'kubernetes' ? new KubeApi(join(folder, 'kube.sock')) : undefined;
  const close = async () => {
    await cluster?.close();
    online.disconnect();
    logRedis.disconnect();
    await log.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([redisReady(online), redisReady(logRedis), cluster?.open()]);
    const token = await platform.secret('engine');
    const context: DrillContext = {
      target: targetOf(platform),
      cluster,
      url: (name) => platform.url(name),
      clock,
      logger,
      log,
      online,
      logRedis,
      proxy: new ProxyClient({ url: platform.url('fault-proxy'), token }),
      scratch: folder,
      scenarioFolder,
      adminToken: await platform.secret('admin'),
      truthToken: await platform.secret('truth'),
      actions: async (since) =>
        (await platform.engine<{ actions: Action[] }>('/v1/actions')).actions.filter(({ at }) => at >= since),
      looks: async () => [],
      baseline: {},
    };
    return { context, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a probe may ask a target; whatever changes something is refused. */
function targetOf(platform: DrillPlatform): Target {
  const reading: Partial<Target> = {
    name: platform.target,
    list: async () => (await platform.engine<{ workloads: Workload[] }>('/v1/workloads')).workloads,
    revisions: async (name) =>
      (await platform.engine<{ revisions: Revision[] }>(`/v1/workloads/${name}/revisions`)).revisions,
    settings: async (name) =>
      (await platform.engine<{ settings: Record<string, unknown> }>(`/v1/workloads/${name}/settings`))
        .settings,
  };
  return new Proxy(reading, {
    get(all, key) {
      if (key in all) return Reflect.get(all, key);
      throw new Error(`a probe that needs target.${String(key)} cannot be read from outside the engine`);
    },
  }) as Target;
}
