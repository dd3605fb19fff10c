import Type from 'typebox';
import { CURRENCIES, type Currency } from '../../../lib/contract/transaction.ts';
import { defineShift } from '../shifts.ts';
import { COUNTRY_CODES } from '../simulation/countries.ts';

export default defineShift<{ country: string; currency: Currency }>({
  description: 'shops of a country charge in another currency, at the same value',
  parameters: Type.Object({
    country: Type.String({ default: 'PL', enum: COUNTRY_CODES }),
    currency: Type.String({ default: 'EUR', enum: Object.keys(CURRENCIES) }),
  }),
  effect: ({ country, currency }) => ({
    currency: (where) => (where === country ? currency : undefined),
  }),
});
