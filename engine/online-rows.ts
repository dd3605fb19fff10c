import { decodeStreamRow } from '../lib/features/rows.ts';
import { DAY_MS } from '../lib/kit/clock.ts';
import type { DrillContext } from './contract/parts.ts';
import { keysMatching } from './faults/redis/keyspace.ts';

const CARDS = 'features:fraud@1:card:*';
const NIGHTLY = /:nightly$/;
/** Redis walks its keys in the order of their hashes, so that the first ones are as good a sample as any. */
const SAMPLE = 4_000;
/** Enough for none lost to mean fewer than three in a hundred, 95 times of 100. */
const LOOKED_AT = 120;
/** Longest window of the stream features: what lies further back than this is in no feature any more. */
const WINDOW_MS = 7 * DAY_MS;

/** A row, and of a stream row the newest event that it held: business time, epoch ms, and id. */
export interface HeldRow {
  key: string;
  newest: [atMs: number, id: string] | null;
}

/** Rows of cards as the online store holds them now. */
export async function sampleRows({ online }: Pick<DrillContext, 'online'>): Promise<HeldRow[]> {
  const found: string[] = [];
  for await (const keys of keysMatching(online, CARDS)) {
    found.push(...keys);
    if (found.length >= SAMPLE) break;
  }
  const texts = found.length === 0 ? [] : await online.mget(found);
  return found.map((key, i) => ({ key, newest: NIGHTLY.test(key) ? null : newestOf(texts[i]) }));
}

/**
 * A few of the sample, others every time. Whatever is read counts as used, so a store that drops what was used least
 * would keep the rows that somebody looks at again and again, and those alone.
 */
export function someOf(sample: readonly HeldRow[]): HeldRow[] {
  const left = [...sample];
  const some: HeldRow[] = [];
  while (some.length < LOOKED_AT && left.length > 0) {
    const i = Math.floor(Math.random() * left.length);
    some.push(left[i]!);
    left[i] = left.at(-1)!;
    left.pop();
  }
  return some;
}

/**
 * Those of the sample that are gone. A row that was lost and is written again by the next event of its card is there,
 * and knows nothing of the week before; so what is asked is whether the events are still there, not the key. A card
 * that has rested for longer than the longest window needs no row: a backfill makes none.
 */
export async function lostRows(
  { online, clock }: Pick<DrillContext, 'online' | 'clock'>,
  sample: readonly HeldRow[],
): Promise<HeldRow[]> {
  if (sample.length === 0) return [];
  const texts = await online.mget(sample.map(({ key }) => key));
  const oldest = clock.now() - WINDOW_MS;
  return sample.filter(({ newest }, i) => !holds(texts[i], newest, oldest));
}

function newestOf(text: string | null | undefined): HeldRow['newest'] {
  const event = text ? decodeStreamRow(text, 'card').events?.at(-1) : undefined;
  return event ? [event[0], event[1]] : null;
}

function holds(text: string | null | undefined, newest: HeldRow['newest'], oldest: number): boolean {
  if (newest === null) return Boolean(text);
  const [at, id] = newest;
  if (at < oldest) return true;
  if (!text) return false;
  const { events = [] } = decodeStreamRow(text, 'card');
  return events.some(([, held]) => held === id);
}
