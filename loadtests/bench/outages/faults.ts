import type { BadNetwork } from '../../../tests/support/network.ts';
import type { RedisServer } from '../../../tests/support/redis.ts';

export interface Stores {
  online: RedisServer;
  /** The way from inference to the online store. */
  network: BadNetwork;
  log: RedisServer;
}

/** Something that happens to a store, and its end. */
export interface Outage {
  name: string;
  begin(stores: Stores): Promise<unknown> | unknown;
  end(stores: Stores): Promise<unknown> | unknown;
}

/** Milliseconds; longer than the 250 that inference waits for the store. */
const SLOW_MS = 400;

const limit = async (redis: RedisServer, maxmemory: string) => {
  const client = await redis.connect();
  await client.config('SET', 'maxmemory', maxmemory);
  client.disconnect();
};

export const OUTAGES: readonly Outage[] = [
  { name: 'paused', begin: ({ online }) => online.pause(), end: ({ online }) => online.resume() },
  { name: 'killed', begin: ({ online }) => online.kill(), end: ({ online }) => online.start() },
  { name: 'slow', begin: ({ network }) => network.delay(SLOW_MS), end: ({ network }) => network.reset() },
  // Reads of a full store go on; its writers are told no.
  { name: 'full', begin: ({ online }) => limit(online, '1mb'), end: ({ online }) => limit(online, '0') },
  { name: 'log_full', begin: ({ log }) => limit(log, '1mb'), end: ({ log }) => limit(log, '0') },
];
