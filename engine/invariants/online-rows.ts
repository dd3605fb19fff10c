import { decodeStreamRow } from '../../lib/features/rows.ts';
import { DAY_MS } from '../../lib/kit/clock.ts';
import { defineInvariant } from '../contract/parts.ts';
import { keysMatching } from '../faults/redis/keyspace.ts';

const CARDS = 'features:fraud@1:card:*';
const NIGHTLY = /:nightly$/;
/** Redis walks its keys in the order of their hashes, so that the first ones are as good a sample as any. */
const SAMPLE = 300;
/** Longest window of the stream features: what lies further back than this may leave its row. */
const WINDOW_MS = 7 * DAY_MS;

/** A row, and of a stream row the newest event that it held: business time, epoch ms, and id. */
interface Row {
  key: string;
  newest: [atMs: number, id: string] | null;
}

/**
 * A row that was lost and is written again by the next event of its card is there, and knows nothing of the week
 * before. So what is asked is whether the events are still there, not the key.
 */
export default defineInvariant<Row[]>({
  describe: 'Cards of which the online store held rows still have them, with the events they held.',
  async capture({ online }) {
    const found: string[] = [];
    for await (const keys of keysMatching(online, CARDS)) {
      found.push(...keys);
      if (found.length >= SAMPLE) break;
    }
    const texts = found.length === 0 ? [] : await online.mget(found);
    return found.map((key, i) => ({ key, newest: NIGHTLY.test(key) ? null : newestOf(texts[i]) }));
  },
  async violations({ online }, baseline) {
    if (baseline.length === 0) return [];
    const texts = await online.mget(baseline.map(({ key }) => key));
    const lost = baseline.filter(({ newest }, i) => !holds(texts[i], newest));
    if (lost.length === 0) return [];
    const one = lost[0]!.key;
    return [
      `${lost.length} of ${baseline.length} rows are gone or have lost what they held, ${one} among them`,
    ];
  },
});

function newestOf(text: string | null | undefined): Row['newest'] {
  const event = text ? decodeStreamRow(text, 'card').events?.at(-1) : undefined;
  return event ? [event[0], event[1]] : null;
}

function holds(text: string | null | undefined, newest: Row['newest']): boolean {
  if (!text) return false;
  if (newest === null) return true;
  const { updated_at: updatedAt, events = [] } = decodeStreamRow(text, 'card');
  const [at, id] = newest;
  return at < updatedAt - WINDOW_MS || events.some(([, held]) => held === id);
}
