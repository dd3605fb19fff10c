import Type from 'typebox';
import { type Currency, TransactionSchema } from '../../../lib/contract/transaction.ts';
import { defineChannel } from '../channel.ts';

/** Web shops: the checkout's nested JSON. */
export default defineChannel({
  name: 'webshop',
  schema: Type.Object({
    order: Type.Object({
      reference: Type.String(),
      total: Type.Object({
        value: Type.Number({ description: 'major units' }),
        currency: Type.Unsafe<Currency>(TransactionSchema.properties.currency),
      }),
      placed_at: Type.String({ format: 'date-time' }),
    }),
    customer: Type.Object({
      card_token: Type.String(),
      device_fingerprint: Type.Optional(Type.String()),
      // Checkout 3 sends an object; shops move to it one after the other.
      device: Type.Optional(Type.Object({ fingerprint: Type.Optional(Type.String()) })),
    }),
    shop: Type.Object({ id: Type.String(), country: Type.String() }),
  }),
  fields: {
    id: 'order.reference',
    card_id: 'customer.card_token',
    amount: 'order.total.value',
    currency: 'order.total.currency',
    merchant_id: 'shop.id',
    country: 'shop.country',
    device_id: 'customer.device_fingerprint',
    timestamp: 'order.placed_at',
  },
  toTransaction: ({ order, customer, shop }) => ({
    id: order.reference,
    card_id: customer.card_token,
    amount: order.total.value,
    currency: order.total.currency,
    merchant_id: shop.id,
    country: shop.country,
    device_id: customer.device?.fingerprint ?? 'unknown',
    channel: 'webshop',
    timestamp: order.placed_at,
  }),
});
