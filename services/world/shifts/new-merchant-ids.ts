import Type from 'typebox';
import { defineShift } from '../shifts.ts';
import { placeOf, rampHours, rampOf } from '../simulation/ramp.ts';

export default defineShift<{ share: number; ramp_hours: number }>({
  description:
    'shops change their acquirer and get another number: the same shops, customers and prices, and nothing is known of the number',
  parameters: Type.Object({
    share: Type.Number({ default: 0.6, minimum: 0, maximum: 1, description: 'share of all shops' }),
    ramp_hours: rampHours,
  }),
  effect({ share, ramp_hours }, { sinceMs }) {
    const ramp = rampOf(sinceMs, ramp_hours);
    return {
      record(record, { timeMs, merchant }) {
        const moved = placeOf(`acquirer/${merchant.id}`) < share * ramp(timeMs);
        return moved ? { ...record, merchant_id: `a${merchant.id}` } : record;
      },
    };
  },
});
