import Type from 'typebox';
import { defineProbe } from '../contract/parts.ts';
import { worldTruth } from '../world.ts';

type Measure = 'requests_per_second' | 'answered_ratio' | 'p99_seconds';

export default defineProbe<{ measure: Measure; seconds: number }>({
  describe: "What the bank's customers got over the last wall seconds, by the world's own count.",
  unit: 'as the measure says',
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
      return { value: answered / requests, detail: `${answered} of ${requests} answered` };
    }
    return { value: latency_seconds.p99 ?? undefined, detail: `p99 ${latency_seconds.p99} s` };
  },
});
