import type { Redis } from 'ioredis';

const PAGE = 1_000;

/** Redis answers maps as name and value in turn. */
export const toRecord = (flat: readonly unknown[]): Record<string, unknown> =>
  Object.fromEntries(flat.flatMap((value, i) => (i % 2 === 0 ? [[value, flat[i + 1]]] : [])));

/**
 * Tells Redis how many records a group has really been given. Redis counts deliveries to know a group's lag, but its
 * append-only file replays them as XCLAIM, which does not count: after a restart the lag would be too large for ever.
 * Only for the member that owns the partition: nobody else may be reading meanwhile.
 */
export async function settleReadCount(redis: Redis, key: string, group: string): Promise<void> {
  const stream = toRecord((await redis.xinfo('STREAM', key)) as unknown[]);
  const groups = ((await redis.xinfo('GROUPS', key)) as unknown[][]).map(toRecord);
  const delivered = groups.find(({ name }) => name === group)?.['last-delivered-id'];
  if (typeof delivered !== 'string') return;
  const end = String(stream['last-generated-id']);
  let waiting = 0;
  for (let after = delivered; ; ) {
    const entries = await redis.xrange(key, `(${after}`, end, 'COUNT', PAGE);
    waiting += entries.length;
    if (entries.length < PAGE) break;
    after = entries.at(-1)![0];
  }
  const read = Number(stream['entries-added']) - waiting;
  await redis.call('XGROUP', 'SETID', key, group, delivered, 'ENTRIESREAD', read);
}
