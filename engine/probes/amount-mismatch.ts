import Type from 'typebox';
import { proportionInterval } from '../../lib/stats/interval.ts';
import { defineProbe } from '../contract/parts.ts';
import { recentTransactions } from '../features.ts';
import { truthRows } from '../world.ts';

const ONE_SIDED = 1.645;
/** Of fewer decisions nothing is said. */
const LEAST = 50;
/** Cents are rounded once in the channel's currency and once in euros. */
const ROUNDED_EUR = 0.02;
/** Relative difference that rounding does not explain. */
const TOLERANCE = 0.01;

/**
 * The oracle of "did the bank understand what it was told?": the amount on record, which model and features have got,
 * against the amount that the customer paid. What was set aside unread is in no record of decisions, and misleads nobody.
 */
export default defineProbe<{ seconds: number; channel?: string }>({
  describe: "Share of the models' recent decisions that were about another amount than the customer paid.",
  unit: 'ratio',
  oracle: true,
  range: { min: 0, max: 1 },
  arguments: {
    seconds: Type.Number({ minimum: 1, maximum: 60, default: 10, description: 'wall seconds to look back' }),
    channel: Type.Optional(Type.String()),
  },
  async read(context, { seconds, channel }) {
    const paid = new Map(
      (await truthRows(context, seconds))
        .filter((row) => row.score !== null && (channel === undefined || row.channel === channel))
        .map((row) => [row.id, row]),
    );
    // A decision may be on record a moment before its answer is counted.
    const recorded = await recentTransactions(context, seconds + 2);
    const wrong = new Map<string, number>();
    let decisions = 0;
    let mistaken = 0;
    for (const { id, amountEur } of recorded) {
      const row = paid.get(id);
      if (!row) continue;
      decisions += 1;
      if (Math.abs(amountEur - row.amount_eur) <= ROUNDED_EUR + TOLERANCE * row.amount_eur) continue;
      mistaken += 1;
      wrong.set(row.channel, (wrong.get(row.channel) ?? 0) + 1);
    }
    if (decisions < LEAST) return { value: undefined, detail: `${decisions} decisions to compare` };
    const interval = proportionInterval(mistaken, decisions, ONE_SIDED)!;
    const whose = [...wrong].map(([name, count]) => `${name} ${count}`).join(', ');
    return {
      value: interval.value,
      interval,
      detail: `${mistaken} of ${decisions} decisions about another amount${whose && ` (${whose})`}`,
    };
  },
});
