import Type from 'typebox';
import { defineShift } from '../shifts.ts';
import { ownDevice } from '../simulation/cards.ts';
import { COUNTRY_CODES } from '../simulation/countries.ts';
import { placeOf } from '../simulation/ramp.ts';

export default defineShift<{ volume: number; country: (typeof COUNTRY_CODES)[number]; price: number }>({
  description:
    'one shop is talked about: everybody wants the same thing from its page, on top of what is bought anyway',
  parameters: Type.Object({
    volume: Type.Number({
      default: 10,
      minimum: 1,
      maximum: 50,
      description: 'factor on purchases; all that is more than usual goes to that shop',
    }),
    country: Type.String({ default: 'DE', enum: [...COUNTRY_CODES], description: 'where the shop is' }),
    price: Type.Number({ default: 24.9, minimum: 0.5, maximum: 5_000, description: 'what it costs, euros' }),
  }),
  effect({ volume, country, price }, { population }) {
    const [merchant] = population.merchants
      .market('webshop', country)
      .merchants.toSorted((a, b) => b.popularity - a.popularity);
    return {
      volume: () => volume,
      purchase(purchase) {
        const { card, timeMs, isFraud } = purchase;
        const asEver = isFraud || placeOf(`viral/${card.id}/${timeMs}`) < 1 / volume;
        if (asEver) return purchase;
        const device = ownDevice(card, 0, timeMs);
        return { ...purchase, merchant: merchant!, channel: 'webshop', device, amountEur: price };
      },
    };
  },
});
