import Type from 'typebox';
import { defineShift } from '../shifts.ts';
import { placeOf, rampHours, rampOf } from '../simulation/ramp.ts';
import { formatTwo } from '../sources/partner.ts';

export default defineShift<{ share: number; ramp_hours: number }>({
  description:
    'the partner replaces its software: messages are worded in format 2 (minor units, FIPS 10-4 countries), which nobody announced',
  parameters: Type.Object({
    share: Type.Number({
      default: 1,
      minimum: 0,
      maximum: 1,
      description: 'share of the shops that send through the new software',
    }),
    ramp_hours: rampHours,
  }),
  effect({ share, ramp_hours }, { sinceMs }) {
    const ramp = rampOf(sinceMs, ramp_hours);
    return {
      message(message, { transaction, timeMs }) {
        if (transaction.channel !== 'partner') return message;
        const moved = placeOf(`software/${transaction.merchant_id}`) < share * ramp(timeMs);
        return moved ? formatTwo(message) : message;
      },
    };
  },
});
