import type { Currency } from '../../../lib/contract/transaction.ts';
import { COUNTRIES, type CountryCode } from '../simulation/countries.ts';
import type { Source } from './source.ts';

/** ISO 4217 numeric codes. */
const CURRENCY_CODES: Record<Currency, string> = {
  CAD: '124',
  CHF: '756',
  EUR: '978',
  GBP: '826',
  PLN: '985',
  USD: '840',
};
const CONTACTLESS_BELOW_EUR = 50;

/** ISO 8583 fields as text: amounts in minor units, whole seconds, numeric codes. */
const terminal: Source = {
  channel: 'terminal',
  message({ transaction, timeMs, merchantCategory, amountEur }) {
    // 20250303T121530 as digits, of which the two formats are parts.
    const time = new Date(timeMs).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
    return {
      mti: '0100',
      f2: transaction.card_id,
      f4: String(Math.round(transaction.amount * 100)).padStart(12, '0'),
      f7: time.slice(4),
      f12: time.slice(2),
      f18: merchantCategory,
      f19: COUNTRIES[transaction.country as CountryCode].numeric,
      f22: amountEur < CONTACTLESS_BELOW_EUR ? '071' : '051',
      f37: transaction.id,
      f41: transaction.device_id,
      f42: transaction.merchant_id,
      f49: CURRENCY_CODES[transaction.currency],
    };
  },
};
export default terminal;
