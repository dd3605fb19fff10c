import { type FeatureView, viewId } from '../../../lib/features/view.ts';
import { HOUR_MS } from '../../../lib/kit/clock.ts';
import { contractProblem } from '../../../lib/kit/eventlog/contract.ts';
import { type LogReader, partitionsOf } from '../../../lib/kit/eventlog/log.ts';
import { literal } from '../lake/layout.ts';

/** How far back requests are taken from, business time: what was served before says little about now. */
const RECENT_MS = 3 * HOUR_MS;
/** An event this young may not have been in the rows yet, and nobody would be to blame. */
const SETTLED_MS = HOUR_MS / 2;
const NEWEST_PER_PARTITION = 400;

/** What a model got for one request, as its prediction event tells. */
export interface Served {
  region: string;
  /** In the order of the view's features. */
  values: (number | null)[];
}

/** The newest predictions of a view by transaction; those made without fresh features say so themselves. */
export async function readServed(
  view: FeatureView,
  log: Pick<LogReader, 'newest'>,
): Promise<Map<string, Served>> {
  const found = new Map<string, Served>();
  for (const partition of partitionsOf('predictions')) {
    for (const { event } of await log.newest('predictions', partition, NEWEST_PER_PARTITION)) {
      if (contractProblem('predictions', event) !== undefined) continue;
      const { transaction_id: id, features, region, degraded } = event.payload;
      if (degraded || viewId({ name: features.view, version: features.version }) !== viewId(view)) continue;
      // Newest first: of a repeated request the last answer counts.
      if (!found.has(id)) found.set(id, { region, values: features.values });
    }
  }
  return found;
}

/**
 * SELECT of the served requests that can be asked again, with their own time: recent, and with nothing on its way
 * when they came, neither of the card nor of a device seen for the first time.
 * @param recent relation with the transactions of the last day
 * @param at business time up to which every event is known, epoch ms
 * @param most requests; which ones depends on `at` alone
 */
export function servedSql(recent: string, ids: Iterable<string>, at: number, most: number): string {
  const list = [...ids].map(literal).join(', ');
  if (list === '') return `SELECT * FROM ${recent} WHERE false`;
  const young = (key: string) => `SELECT 1 FROM ${recent} young WHERE young.${key} = asked.${key}
        AND young.ts >= asked.ts - ${SETTLED_MS} AND young.ts <= asked.ts AND young.id <> asked.id`;
  const old = `SELECT 1 FROM ${recent} old WHERE old.device_id = asked.device_id AND old.ts < asked.ts - ${SETTLED_MS}`;
  return `SELECT asked.* FROM (
      SELECT * FROM ${recent} WHERE ts >= ${at - RECENT_MS} AND id IN (${list})
      QUALIFY row_number() OVER (PARTITION BY id ORDER BY ts) = 1
    ) asked
    WHERE NOT EXISTS (${young('card_id')}) AND (EXISTS (${old}) OR NOT EXISTS (${young('device_id')}))
    ORDER BY hash(asked.id || '${at}') LIMIT ${most}`;
}
