import Type from 'typebox';
import { proportionInterval } from '../../lib/stats/interval.ts';
import { defineProbe } from '../contract/parts.ts';
import { worldTruth } from '../world.ts';

/** The true ratio is worse than the bound one time in twenty. */
const ONE_SIDED = 1.645;

type Measure = 'requests_per_second' | 'answered_ratio' | 'p99_seconds';

export default defineProbe<{ measure: Measure; seconds: number }>({
  describe: "What the bank's customers got over the last wall seconds, by the world's own count.",
  unit: 'as the measure says',
  oracle: true,
  range: ({ measure }) => (measure === 'answered_ratio' ? { min: 0, max: 1 } : { min: 0 }),
  arguments: {
    measure: Type.Unsafe<Measure>({
      type: 'string',
      enum: ['requests_per_second', 'answered_ratio', 'p99_seconds'],
    }),
    seconds: Type.Number({ minimum: 1, maximum: 300, default: 10 }),
  },
  async read(context, { measure, seconds }) {
    const { requests, answered, latency_seconds } = await worldTruth(context, seconds);
    if (measure === 'requests_per_second') {
      const rate = requests / seconds;
      return { value: rate, detail: `${rate.toFixed(1)} requests/s` };
    }
    if (requests === 0) return { value: undefined, detail: 'no requests' };
    if (measure === 'answered_ratio') {
      const interval = proportionInterval(answered, requests, ONE_SIDED)!;
      return { value: interval.value, interval, detail: `${answered} of ${requests} answered` };
    }
    return { value: latency_seconds.p99 ?? undefined, detail: `p99 ${latency_seconds.p99} s` };
  },
});
