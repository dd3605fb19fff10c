import Type from 'typebox';
import type { Currency } from '../../../lib/contract/transaction.ts';
import { defineChannel } from '../channel.ts';
import { errors } from '../errors.ts';

/** ISO 4217 numeric codes of the currencies the bank settles. */
const CURRENCIES: Record<string, Currency> = {
  '124': 'CAD',
  '756': 'CHF',
  '826': 'GBP',
  '840': 'USD',
  '978': 'EUR',
  '985': 'PLN',
};

/** ISO 3166-1 numeric codes of the countries whose acquirers are connected. */
const COUNTRIES: Record<string, string> = {
  '040': 'AT',
  '056': 'BE',
  '076': 'BR',
  '124': 'CA',
  '250': 'FR',
  '276': 'DE',
  '372': 'IE',
  '380': 'IT',
  '484': 'MX',
  '528': 'NL',
  '566': 'NG',
  '616': 'PL',
  '620': 'PT',
  '642': 'RO',
  '724': 'ES',
  '756': 'CH',
  '764': 'TH',
  '792': 'TR',
  '826': 'GB',
  '840': 'US',
};

const digits = (count: number, description: string) =>
  Type.String({ pattern: `^[0-9]{${count}}$`, description: `${description}, ${count} digits` });

/** Card terminals: an authorisation request with the fields of ISO 8583, all of them text. */
export default defineChannel({
  name: 'terminal',
  // Somebody stands at the till and holds the card.
  priority: 'high',
  schema: Type.Object({
    mti: Type.String({ pattern: '^0100$', description: 'message type: authorisation request' }),
    f2: Type.String({ description: 'card token' }),
    f4: digits(12, 'amount in minor units'),
    f12: digits(12, 'time of the transaction YYMMDDhhmmss, UTC'),
    f19: digits(3, 'country of the merchant, ISO 3166-1 numeric'),
    f37: Type.String({ description: 'retrieval reference' }),
    f41: Type.String({ description: 'terminal' }),
    f42: Type.String({ description: 'merchant' }),
    f49: digits(3, 'currency, ISO 4217 numeric'),
  }),
  fields: {
    id: 'f37',
    card_id: 'f2',
    amount: 'f4',
    currency: 'f49',
    merchant_id: 'f42',
    country: 'f19',
    device_id: 'f41',
    timestamp: 'f12',
  },
  toTransaction: (message) => ({
    id: message.f37,
    card_id: message.f2,
    // Every currency the bank settles has two decimals.
    amount: Number(message.f4) / 100,
    currency: lookUp(CURRENCIES, 'f49', message.f49, 'a currency the bank settles'),
    merchant_id: message.f42,
    country: lookUp(COUNTRIES, 'f19', message.f19, 'a country with a connected acquirer'),
    device_id: message.f41,
    channel: 'terminal',
    timestamp: readTime(message.f12),
  }),
});

function lookUp<T>(table: Record<string, T>, field: string, code: string, what: string): T {
  const found = table[code];
  if (found !== undefined) return found;
  throw errors.FIELD(field, `${code} is not ${what}; use one of ${Object.keys(table).sort().join(', ')}`);
}

/** `250303121530` as RFC 3339. */
function readTime(text: string): string {
  const [year, month, day, hour, minute, second] = text.match(/../g)!;
  const time = `20${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const ms = Date.parse(time);
  // Date.parse takes 31 February for 3 March.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== time) {
    throw errors.FIELD('f12', `${text} is no moment in time; use YYMMDDhhmmss in UTC`);
  }
  return time;
}
