import Type from 'typebox';
import { defineChannel } from '../channel.ts';
import { errors } from '../errors.ts';
import partner from './partner.ts';

/** FIPS 10-4 codes of the countries whose acquirers are connected, as ISO 3166-1 alpha-2. */
const COUNTRIES: Record<string, string> = {
  AU: 'AT',
  BE: 'BE',
  BR: 'BR',
  CA: 'CA',
  EI: 'IE',
  FR: 'FR',
  GM: 'DE',
  IT: 'IT',
  MX: 'MX',
  NI: 'NG',
  NL: 'NL',
  PL: 'PL',
  PO: 'PT',
  RO: 'RO',
  SP: 'ES',
  SZ: 'CH',
  TH: 'TH',
  TU: 'TR',
  UK: 'GB',
  US: 'US',
};

/** The partner's second format: the fields of the first, amounts in minor units, countries by FIPS 10-4. */
export default defineChannel({
  name: 'partner',
  schema: Type.Object({
    ...partner.schema.properties,
    amt: Type.String({
      // Eleven digits of minor units hold what nine of major units did.
      pattern: '^[0-9]{1,11},00$',
      description: 'minor units, a whole number with the decimals 00',
    }),
  }),
  fields: partner.fields,
  toTransaction(message) {
    const country = COUNTRIES[message.ctry];
    if (country === undefined) {
      const known = Object.keys(COUNTRIES).join(', ');
      throw errors.FIELD(
        'ctry',
        `${message.ctry} is not the FIPS 10-4 code of a country with a connected acquirer; use one of ${known}`,
      );
    }
    const read = partner.toTransaction({ ...message, ctry: country });
    // Every currency the bank settles has two decimals.
    return { ...read, amount: Number(message.amt.split(',')[0]) / 100 };
  },
});
