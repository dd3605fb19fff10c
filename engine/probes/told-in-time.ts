import Type from 'typebox';
import { proportionInterval } from '../../lib/stats/interval.ts';
import { defineProbe } from '../contract/parts.ts';
import { truthRows } from '../world.ts';

const ONE_SIDED = 1.645;

/**
 * For banks that may say no: a refusal is an answer too, as long as it comes at once. `world` p99_seconds knows only
 * what was decided. A connection that fails, a timeout and a customer who left have not been told anything.
 */
export default defineProbe<{ within: number; seconds: number }>({
  describe:
    "Share of the world's requests that were answered or refused with a status within so many seconds.",
  unit: 'ratio',
  oracle: true,
  range: { min: 0, max: 1 },
  arguments: {
    within: Type.Number({
      exclusiveMinimum: 0,
      description: 'wall seconds from the first try, retries included',
    }),
    seconds: Type.Number({ minimum: 1, maximum: 120, default: 20, description: 'wall seconds to look back' }),
  },
  async read(context, { within, seconds }) {
    const rows = await truthRows(context, seconds);
    if (rows.length === 0) return { value: undefined, detail: 'no requests' };
    const told = rows.filter(({ code, latency_ms: ms }) => /^\d{3}$/.test(code) && ms <= within * 1000);
    const answered = rows.filter(({ decision }) => decision !== null).length;
    const interval = proportionInterval(told.length, rows.length, ONE_SIDED)!;
    return {
      value: interval.value,
      interval,
      detail: `${told.length} of ${rows.length} customers were told within ${within} s, ${answered} with a decision`,
    };
  },
});
