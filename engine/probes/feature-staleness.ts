import Type from 'typebox';
import { HOUR_MS } from '../../lib/kit/clock.ts';
import { defineProbe } from '../contract/parts.ts';
import { missingFromRows, recentTransactions, viewNamed } from '../features.ts';

/** However long a business day is, look at this much wall time at least and at most, seconds. */
const SHORTEST = 5;
const LONGEST = 60;

/**
 * The oracle of freshness: which transactions of the event log are missing in the rows that inference reads, and how
 * long ago was the oldest of them recorded? Neither watermarks nor metrics are asked, so neither can be forged.
 */
export default defineProbe<{ view: string; hours: number }>({
  describe: 'Age of the oldest recent transaction that the online rows do not hold yet.',
  unit: 'business seconds',
  oracle: true,
  range: { min: 0 },
  arguments: {
    view: Type.String({ pattern: '^[a-z_]+@[0-9]+$', default: 'fraud@1' }),
    hours: Type.Number({ minimum: 1, default: 12, description: 'business hours to look back' }),
  },
  async read(context, { view: id, hours }) {
    const view = await viewNamed(context, id);
    const wall = context.clock.toWallMs(hours * HOUR_MS) / 1000;
    const seconds = Math.min(LONGEST, Math.max(SHORTEST, wall));
    const recent = await recentTransactions(context, seconds);
    if (recent.length === 0)
      return { value: undefined, detail: `no transactions in the last ${Math.round(seconds)} s` };
    const missing = await missingFromRows(context, view, recent);
    const now = context.clock.now();
    const oldest = missing.reduce((least, { recordedAt }) => Math.min(least, recordedAt), now);
    const age = Math.round((now - oldest) / 1000);
    return {
      value: age,
      detail: `${age} business s behind, ${missing.length} of ${recent.length} transactions not applied`,
    };
  },
});
