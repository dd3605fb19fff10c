import type { RedisServer } from '../../../tests/support/redis.ts';

const EVERY_MS = 100;

/** Lookups that the store has begun, by the wall clock. */
export interface Tick {
  at: number;
  lookups: number;
}

/** Counts lookups at the store itself, past the network that may be bad. Silent while the store is away. */
export function meter(store: RedisServer): { ticks: Tick[]; stop(): void } {
  const ticks: Tick[] = [];
  let busy = false;
  let client: Awaited<ReturnType<RedisServer['connect']>> | undefined;
  const look = async () => {
    if (busy) return;
    busy = true;
    try {
      if (client?.status !== 'ready') client = await store.connect();
      const lookups = Number(/cmdstat_mget:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);
      ticks.push({ at: Date.now(), lookups });
    } catch {
      // It is away; that is what this is about.
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return { ticks, stop: () => clearInterval(timer) };
}

/**
 * Lookups a second of every slice between two moments that is at least `overMs` long. A store that was started anew
 * counts from zero; slices across that moment are left out.
 */
export function rates(ticks: readonly Tick[], fromMs: number, toMs: number, overMs: number): number[] {
  const within = ticks.filter(({ at }) => at >= fromMs && at <= toMs);
  return within.flatMap((end, n) => {
    const start = within.slice(0, n).findLast(({ at }) => end.at - at >= overMs);
    if (start === undefined || start.lookups > end.lookups) return [];
    return [((end.lookups - start.lookups) / (end.at - start.at)) * 1_000];
  });
}
