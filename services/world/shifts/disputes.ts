import Type from 'typebox';
import { CHANNELS, type Channel } from '../../../lib/contract/transaction.ts';
import { createRandom } from '../../../lib/kit/random.ts';
import { defineShift } from '../shifts.ts';
import { rampHours, rampOf } from '../simulation/ramp.ts';

export default defineShift<{
  channel: Channel;
  from_eur: number;
  share: number;
  ramp_hours: number;
}>({
  description:
    'a new rule of the card schemes: purchases that customers dispute count as fraud, though they made them themselves',
  parameters: Type.Object({
    channel: Type.String({ default: 'webshop', enum: [...CHANNELS] }),
    from_eur: Type.Number({
      default: 60,
      minimum: 0,
      maximum: 5_000,
      description: 'smallest amount disputed',
    }),
    share: Type.Number({
      default: 0.08,
      minimum: 0,
      maximum: 1,
      description: 'share of those purchases that are disputed',
    }),
    ramp_hours: rampHours,
  }),
  effect({ channel, from_eur, share, ramp_hours }, { population, sinceMs }) {
    const ramp = rampOf(sinceMs, ramp_hours);
    // Of its own, so that what people buy stays exactly what it would have been.
    const random = createRandom(`${population.seed}/disputes/${sinceMs}`);
    return {
      purchase(purchase) {
        if (purchase.isFraud || purchase.channel !== channel || purchase.amountEur < from_eur)
          return purchase;
        return random.next() < share * ramp(purchase.timeMs) ? { ...purchase, isFraud: true } : purchase;
      },
    };
  },
});
