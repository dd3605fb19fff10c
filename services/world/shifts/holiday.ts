import Type from 'typebox';
import { defineShift } from '../shifts.ts';

export default defineShift<{ volume: number; amount: number }>({
  description: 'the days before a feast: people buy more often and spend more',
  parameters: Type.Object({
    volume: Type.Number({ default: 1.6, minimum: 0, maximum: 10, description: 'factor on purchases' }),
    amount: Type.Number({ default: 1.4, exclusiveMinimum: 0, maximum: 10, description: 'factor on amounts' }),
  }),
  effect: ({ volume, amount }) => ({
    volume: () => volume,
    purchase: (purchase) =>
      purchase.isFraud ? purchase : { ...purchase, amountEur: purchase.amountEur * amount },
  }),
});
