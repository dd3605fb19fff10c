import Type from 'typebox';
import { partitionsOf } from '../../lib/kit/eventlog/log.ts';
import { type DrillContext, defineProbe } from '../contract/parts.ts';
import { worldTruth } from '../world.ts';

/** Of fewer payments nothing is said. */
const LEAST = 20;

/**
 * How often a payment is worked on. Every prediction that is made is in the event log, whether anybody still waited for
 * it or not; payments are what the world counts, second tries of a customer not among them.
 */
export default defineProbe<{ seconds: number }>({
  describe: "Predictions made by inference for one payment of the world's, by the event log.",
  unit: 'predictions a payment',
  oracle: true,
  range: { min: 0 },
  arguments: {
    seconds: Type.Number({ minimum: 1, maximum: 120, default: 10, description: 'wall seconds to look back' }),
  },
  async read(context, { seconds }) {
    const [{ requests }, predictions] = await Promise.all([
      worldTruth(context, seconds),
      predictionsSince(context, seconds),
    ]);
    const detail = `${predictions} predictions for ${requests} payments`;
    return { value: requests < LEAST ? undefined : predictions / requests, detail };
  },
});

async function predictionsSince({ log }: Pick<DrillContext, 'log'>, seconds: number): Promise<number> {
  const after = `${Date.now() - Math.round(seconds * 1_000)}-0`;
  let count = 0;
  for (const partition of partitionsOf('predictions')) {
    for await (const _ of log.read('predictions', partition, { after })) count += 1;
  }
  return count;
}
