import type { Source } from './source.ts';

/** Flat text with a decimal comma, as the partner's export has always been. */
const partner: Source = {
  channel: 'partner',
  message: ({ transaction, timeMs }) => ({
    ref: transaction.id,
    card: transaction.card_id,
    amt: transaction.amount.toFixed(2).replace('.', ','),
    ccy: transaction.currency,
    shop: transaction.merchant_id,
    ctry: transaction.country,
    dev: transaction.device_id,
    at: String(timeMs),
  }),
};
export default partner;
