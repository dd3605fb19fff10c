import { join } from 'node:path';
import { connectLogRedis } from '../../lib/kit/eventlog/redis/direct.ts';
import { RedisEventLog } from '../../lib/kit/eventlog/redis/log.ts';
import { connectRedis } from '../../lib/kit/redis.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { auditedActions } from '../actions.ts';
import { loadCatalogue } from '../catalogue.ts';
import { loadParts } from '../parts.ts';
import type { Platform } from '../platform/platform.ts';
import { ProxyClient } from '../proxy/client.ts';
import { Drills, type SharedContext } from './drills.ts';
import { Journal } from './journal.ts';
import { Looks } from './looks.ts';

const COMES_UP_WITHIN_MS = 600_000;

/** The incidents of a platform. What an earlier engine left open is picked up once the platform is up. */
export async function openDrills(platform: Platform): Promise<Drills> {
  const parts = await loadParts();
  const drills = new Drills({
    catalogue: await loadCatalogue(parts),
    parts,
    context: contextOf(platform),
    journal: new Journal(join(platform.layout.state, 'incident.sealed'), platform.secrets.engine),
    snapshots: platform.snapshots,
    ready: () => platform.state === 'up',
  });
  platform.incident = () => drills.open();
  const gone = new AbortController();
  platform.lifecycle.onStop('incident', async () => {
    gone.abort();
    await drills.suspend();
  });
  void waitFor('the platform to be up', () => platform.state === 'up', {
    deadlineMs: COMES_UP_WITHIN_MS,
    signal: gone.signal,
  }).then(
    () => drills.resume(),
    () => {},
  );
  return drills;
}

/** Past the fault proxy: an armed network fault must not blind the grader. */
function contextOf(platform: Platform): SharedContext {
  const { port, url, layout, lifecycle, clock, logger, metrics, target, secrets, actions } = platform;
  const looks = new Looks(platform.queryLog);
  platform.looked = (what) => looks.add(what);
  const redisUrl = (name: 'redis-online' | 'redis-log') => `redis://127.0.0.1:${port(name)}`;
  const online = connectRedis(redisUrl('redis-online'), { commandTimeout: 5_000 });
  const logRedis = connectLogRedis(redisUrl('redis-log'), { commandTimeout: 5_000 });
  const log = new RedisEventLog({
    url: redisUrl('redis-log'),
    stateDir: join(layout.state, 'engine'),
    clock,
    logger,
    metrics,
  });
  lifecycle.onStop('readers of the grader', async () => {
    online.disconnect();
    logRedis.disconnect();
    await log.close();
  });
  const context: SharedContext = {
    target,
    cluster: platform.cluster,
    url,
    clock,
    logger,
    log,
    online,
    logRedis,
    proxy: new ProxyClient({ url: url('fault-proxy'), token: secrets.engine }),
    scratch: join(layout.state, 'engine', 'scratch'),
    adminToken: secrets.admin,
    truthToken: secrets.truth,
    looks: (since) => looks.since(since),
    actions: async (since) => {
      const [commands, audited] = await Promise.all([actions.since(since), auditedActions(context, since)]);
      return [...commands, ...audited].sort((a, b) => a.at - b.at);
    },
  };
  return context;
}
