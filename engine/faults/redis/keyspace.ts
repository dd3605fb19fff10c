import type { Redis } from 'ioredis';

/** Keys a SCAN looks at in one go: a step of well under a millisecond, so that customers notice nothing. */
export const SCAN_COUNT = 500;

/** Keys matching a pattern, batch by batch; none is empty. A key may come twice, as SCAN says. */
export async function* keysMatching(
  redis: Pick<Redis, 'scan'>,
  pattern: string,
  count = SCAN_COUNT,
): AsyncGenerator<string[]> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', count);
    cursor = next;
    if (keys.length > 0) yield keys;
  } while (cursor !== '0');
}
