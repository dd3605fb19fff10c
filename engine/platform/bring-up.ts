import type { PortName } from '../../lib/contract/ports.ts';
import { createProxyServer } from '../proxy/server.ts';
import type { LocalPlatform } from './local.ts';
import { reversed, runInOrder } from './order.ts';
import { announced, done, prepare } from './prepare.ts';
import type { ProgressWriter } from './progress.ts';
import { writeScraping } from './scraping.ts';

type Progress = Pick<ProgressWriter, 'write'>;

/**
 * Starts everything, each part as early as what it needs is ready. Whatever fails is thrown; the platform's
 * lifecycle knows how to undo what was begun.
 */
export async function bringUp(platform: LocalPlatform, progress: Progress): Promise<void> {
  const { workloads, lifecycle, target, around } = platform;
  await startProxy(platform);
  writeScraping(workloads, around);
  lifecycle.onStop('workloads', () => takeDown(platform));
  await prepare(platform, progress);
  await startAll(platform, async (name) => {
    // Who has no replicas has nothing to start, and is nothing to tell of.
    if (around.urlsOf(name as PortName).length === 0) return;
    await announced(progress, name, name, () => target.start(name));
  });
}

/** A start that takes longer than this opens a bank with a hole in its day, instead of one where nobody pays for long. */
const LONGEST_STAND_MS = 10_000;

/**
 * Starts every workload of a prepared platform as early as those it depends on are ready. Business time stands still
 * for as long as that took the last time: nobody pays meanwhile, and hours without payments would page for drift.
 */
export async function startAll(
  platform: Pick<LocalPlatform, 'workloads' | 'preparations' | 'clock' | 'startMs'>,
  start: (name: string) => Promise<void>,
): Promise<void> {
  const { workloads, preparations, clock, startMs } = platform;
  clock.standFor(Math.min(startMs, LONGEST_STAND_MS));
  const begun = performance.now();
  const steps = workloads.map(({ name, dependsOn }) => ({ name, dependsOn, run: () => start(name) }));
  await runInOrder([...steps, ...done(preparations)]);
  platform.startMs = performance.now() - begun;
}

/** Ends every workload after those that depend on it, so that nobody loses what it still needs to finish. */
async function takeDown({ workloads, preparations, target, records }: LocalPlatform): Promise<void> {
  // A start that is still waiting gives up first, or its turn would have to be waited for.
  await target.halt();
  const ends = workloads.map(({ name, dependsOn }) => ({ name, dependsOn, run: () => target.stop(name) }));
  await runInOrder(reversed([...done(preparations), ...ends]));
  // Jobs of preparations that were interrupted.
  await records.endLeftovers();
}

/**
 * Stands between the services and their stores; only the engine's token may change it. And, for browsers,
 * in front of Prometheus.
 */
async function startProxy({ lifecycle, logger, port, secrets }: LocalPlatform): Promise<void> {
  const between = (name: 'redis-online' | 'redis-log' | 'cold-store') => ({
    name,
    listen: `127.0.0.1:${port(`proxied-${name}`)}`,
    upstream: `127.0.0.1:${port(name)}`,
  });
  const proxy = await createProxyServer({
    token: secrets.engine,
    port: port('fault-proxy'),
    proxies: [
      between('redis-online'),
      between('redis-log'),
      between('cold-store'),
      {
        name: 'prometheus-ui',
        listen: `127.0.0.1:${port('prometheus-ui')}`,
        upstream: `127.0.0.1:${port('prometheus')}`,
      },
    ],
    logger,
  });
  lifecycle.onStop('fault proxy', () => proxy.stop());
  await proxy.start();
}
