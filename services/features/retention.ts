import { TOPICS, type Topic } from '../../lib/contract/events.ts';
import { type Clock, DAY_MS } from '../../lib/kit/clock.ts';
import type { EventLog } from '../../lib/kit/eventlog/log.ts';

/** However short a business day is, consumers get this long to come back, wall ms. */
const SHORTEST_MS = 120_000;

/** Trims the event log: `businessDays` per topic. Answers how many records went. */
export async function trimLog(
  log: Pick<EventLog, 'trim'>,
  clock: Pick<Clock, 'toWallMs'>,
  businessDays: (topic: Topic) => number,
): Promise<number> {
  let trimmed = 0;
  for (const topic of Object.keys(TOPICS) as Topic[]) {
    trimmed += await log.trim(topic, Math.max(SHORTEST_MS, clock.toWallMs(businessDays(topic) * DAY_MS)));
  }
  return trimmed;
}
