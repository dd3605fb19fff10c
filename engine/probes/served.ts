import Type from 'typebox';
import { CHANNELS } from '../../lib/contract/transaction.ts';
import { proportionInterval } from '../../lib/stats/interval.ts';
import { defineProbe } from '../contract/parts.ts';
import { truthRows } from '../world.ts';

const ONE_SIDED = 1.645;

type Channel = (typeof CHANNELS)[number];
type Measure = 'ratio' | 'per_second';

/**
 * For banks that cannot serve everybody: whom do they serve? A transaction that was set aside, for which no model was
 * asked, has not been served, and neither has one whose customer waited longer than `within`.
 */
export default defineProbe<{ measure: Measure; channels: Channel[]; within: number; seconds: number }>({
  describe: "Transactions of some channels that a model decided in time, by the world's own count.",
  unit: 'ratio, or transactions a wall second',
  oracle: true,
  range: ({ measure }) => (measure === 'ratio' ? { min: 0, max: 1 } : { min: 0 }),
  arguments: {
    measure: Type.Unsafe<Measure>({ type: 'string', enum: ['ratio', 'per_second'] }),
    channels: Type.Unsafe<Channel[]>({
      type: 'array',
      items: { type: 'string', enum: [...CHANNELS] },
      minItems: 1,
      default: [...CHANNELS],
    }),
    within: Type.Number({
      exclusiveMinimum: 0,
      default: 1,
      description: 'wall seconds from the first try, retries included',
    }),
    seconds: Type.Number({ minimum: 1, maximum: 120, default: 10, description: 'wall seconds to look back' }),
  },
  async read(context, { measure, channels, within, seconds }) {
    const asked = (await truthRows(context, seconds)).filter(({ channel }) =>
      channels.includes(channel as Channel),
    );
    if (asked.length === 0) return { value: undefined, detail: `no requests of ${channels.join(', ')}` };
    const served = asked.filter(({ score, latency_ms: ms }) => score !== null && ms <= within * 1_000);
    const detail = `${served.length} of ${asked.length} of ${channels.join(', ')} decided within ${within} s`;
    if (measure === 'per_second') return { value: served.length / seconds, detail };
    const interval = proportionInterval(served.length, asked.length, ONE_SIDED)!;
    return { value: interval.value, interval, detail };
  },
});
