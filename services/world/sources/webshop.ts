import type { Source } from './source.ts';

/** Nested JSON, as the shops' checkout sends it. */
const webshop: Source = {
  channel: 'webshop',
  message: ({ transaction, timeMs }) => ({
    order: {
      reference: transaction.id,
      total: { value: transaction.amount, currency: transaction.currency },
      placed_at: new Date(timeMs).toISOString(),
    },
    customer: { card_token: transaction.card_id, device_fingerprint: transaction.device_id },
    shop: { id: transaction.merchant_id, country: transaction.country },
  }),
};
export default webshop;
