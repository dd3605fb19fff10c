import Type from 'typebox';
import { CHANNELS, type Channel } from '../../../lib/contract/transaction.ts';
import { defineShift } from '../shifts.ts';
import { placeOf, rampHours, rampOf } from '../simulation/ramp.ts';

/** What stands in a field that nobody fills in any more; the channels' formats allow no empty one. */
const BLANK = {
  device: { device_id: 'unknown' },
  merchant: { merchant_id: 'unknown' },
  country: { country: 'DE' },
} as const;

export default defineShift<{
  channel: Channel;
  field: keyof typeof BLANK;
  share: number;
  ramp_hours: number;
}>({
  description: 'a field of one channel is no longer filled in: a default stands in it',
  parameters: Type.Object({
    channel: Type.String({ default: 'webshop', enum: [...CHANNELS] }),
    field: Type.String({ default: 'device', enum: Object.keys(BLANK) }),
    share: Type.Number({
      default: 1,
      minimum: 0,
      maximum: 1,
      description: "share of the channel's shops whose software leaves it out",
    }),
    ramp_hours: rampHours,
  }),
  effect({ channel, field, share, ramp_hours }, { sinceMs }) {
    const ramp = rampOf(sinceMs, ramp_hours);
    return {
      record(record, { timeMs, merchant }) {
        if (record.channel !== channel) return record;
        const left = placeOf(`missing/${merchant.id}`) < share * ramp(timeMs);
        return left ? { ...record, ...BLANK[field] } : record;
      },
    };
  },
});
