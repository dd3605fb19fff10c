import Type from 'typebox';
import { decodeNightlyRow } from '../../lib/features/rows.ts';
import { defineProbe } from '../contract/parts.ts';
import { keysMatching } from '../faults/redis/keyspace.ts';

/** Redis walks its keys in the order of their hashes, so that the first ones are as good a sample as any. */
const SAMPLE = 200;
const LEAST = 20;

/** Asks the rows themselves: the mark beside them says what its writer believes. */
export default defineProbe<{ view: string; entity: string }>({
  describe:
    'Age of the newest snapshot in the nightly rows of the online store, of the middle one of a sample.',
  unit: 'business seconds',
  oracle: true,
  range: { min: 0 },
  arguments: {
    view: Type.String({ default: 'fraud@1' }),
    entity: Type.String({ default: 'card' }),
  },
  async read({ online, clock }, { view, entity }) {
    const found: string[] = [];
    for await (const keys of keysMatching(online, `features:${view}:${entity}:*:nightly`)) {
      found.push(...keys);
      if (found.length >= SAMPLE) break;
    }
    const texts = found.length === 0 ? [] : await online.mget(found);
    const newest = texts
      .flatMap((text) => (text ? (decodeNightlyRow(text, entity).snapshots.at(-1)?.as_of ?? []) : []))
      .sort((a, b) => a - b);
    if (newest.length < LEAST)
      return { value: undefined, detail: `${newest.length} nightly rows to look at` };
    const middle = newest[Math.floor(newest.length / 2)]!;
    const seconds = Math.round((clock.now() - middle) / 1000);
    return { value: seconds, detail: `nightly rows describe ${new Date(middle).toISOString()}` };
  },
});
