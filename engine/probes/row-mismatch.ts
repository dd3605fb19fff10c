import Type from 'typebox';
import type { Transaction } from '../../lib/contract/transaction.ts';
import { ENTITY_KEYS } from '../../lib/features/columns.ts';
import { rowKey } from '../../lib/features/keys.ts';
import { contractProblem } from '../../lib/kit/eventlog/contract.ts';
import { partitionsOf } from '../../lib/kit/eventlog/log.ts';
import { proportionInterval } from '../../lib/stats/interval.ts';
import { type DrillContext, defineProbe } from '../contract/parts.ts';
import { viewNamed } from '../features.ts';
import { rowHolds } from '../rows.ts';

const ONE_SIDED = 1.645;
const LEAST = 20;
/** Younger transactions may still be on their way into the rows, wall seconds. */
const SETTLED_SECONDS = 3;
/** Places in each partition at which transactions are taken, and how many at each. */
const PLACES = 10;
const A_PLACE = 4;

/** The oracle of what was written: rows that a cured writer has left wrong are as wrong as before. */
export default defineProbe<{ seconds: number; view: string }>({
  describe: 'Share of logged transactions that the online rows do not hold as their definition says.',
  unit: 'ratio',
  oracle: true,
  range: { min: 0, max: 1 },
  arguments: {
    seconds: Type.Number({
      minimum: 10,
      maximum: 170,
      default: 60,
      description: 'wall seconds to look back; the log keeps three business days',
    }),
    view: Type.String({ default: 'fraud@1' }),
  },
  async read(context, { seconds, view: id }) {
    const view = await viewNamed(context, id);
    const transactions = await sample(context, seconds);
    if (transactions.length < LEAST) {
      return { value: undefined, detail: `${transactions.length} transactions to compare` };
    }
    const rows = view.rows.filter(({ cadence }) => cadence === 'stream');
    const keys = transactions.flatMap((one) =>
      rows.map((row) => rowKey(view, row, one[ENTITY_KEYS[row.entity]])),
    );
    const texts = await context.online.mget(keys);
    const wrong = transactions.filter((one, i) =>
      rows.some((row, r) => !rowHolds(row, texts[i * rows.length + r] ?? null, one)),
    );
    const interval = proportionInterval(wrong.length, transactions.length, ONE_SIDED)!;
    const detail = `${wrong.length} of ${transactions.length} transactions are not in the rows as they should be`;
    return { value: interval.value, interval, detail };
  },
});

/** Evenly over the time, so that what was written long ago counts as much as what is written now. */
async function sample({ log }: Pick<DrillContext, 'log'>, seconds: number): Promise<Transaction[]> {
  const now = Date.now();
  const step = ((seconds - SETTLED_SECONDS) * 1000) / PLACES;
  const found = new Map<string, Transaction>();
  for (const partition of partitionsOf('transactions')) {
    for (let place = 0; place < PLACES; place++) {
      const after = `${Math.round(now - seconds * 1000 + place * step)}-0`;
      for await (const { event } of log.read('transactions', partition, { after, limit: A_PLACE })) {
        if (contractProblem('transactions', event) !== undefined) continue;
        const transaction = event.payload.transaction as Transaction;
        found.set(transaction.id, transaction);
      }
    }
  }
  return [...found.values()];
}
