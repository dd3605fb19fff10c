import Type from 'typebox';
import { proportionInterval } from '../../lib/stats/interval.ts';
import { defineProbe } from '../contract/parts.ts';
import { recomputeRecent } from '../recompute.ts';

const ONE_SIDED = 1.645;
/** Transactions scored again at most; a second's worth is enough, and it costs the machine. */
const MOST = 150;
/** Of fewer nothing is said. */
const LEAST = 20;

/**
 * The oracle of "is the answer right?": the newest transactions are scored again by the engine itself, with the model
 * that was approved and the features as their definition says, and held against what the customers got.
 */
export default defineProbe<{ seconds: number; tolerance: number; channel?: string }>({
  describe: 'Share of recent answers whose score is not the one that the approved model gives.',
  unit: 'ratio',
  oracle: true,
  range: { min: 0, max: 1 },
  arguments: {
    seconds: Type.Number({ minimum: 1, maximum: 60, default: 5, description: 'wall seconds to look back' }),
    tolerance: Type.Number({
      exclusiveMinimum: 0,
      default: 0.02,
      description: 'difference of two scores that counts',
    }),
    channel: Type.Optional(Type.String()),
  },
  async read(context, { seconds, tolerance, channel }) {
    const recent = (await recomputeRecent(context, { seconds, most: MOST })).filter(
      (one) => channel === undefined || one.channel === channel,
    );
    if (recent.length < LEAST) return { value: undefined, detail: `${recent.length} answers to score again` };
    const wrong = recent.filter(({ served, expected }) => Math.abs(served - expected) > tolerance);
    const interval = proportionInterval(wrong.length, recent.length, ONE_SIDED)!;
    return {
      value: interval.value,
      interval,
      detail: `${wrong.length} of ${recent.length} scores are not the approved model's`,
    };
  },
});
