import Type from 'typebox';
import { type Currency, TransactionSchema } from '../../../lib/contract/transaction.ts';
import { defineChannel } from '../channel.ts';

/** The partner bank: flat text, amounts with a decimal comma, times in milliseconds since 1970. */
export default defineChannel({
  name: 'partner',
  schema: Type.Object({
    ref: Type.String(),
    card: Type.String(),
    amt: Type.String({
      pattern: '^[0-9]{1,9},[0-9]{2}$',
      description: 'major units with a decimal comma and two decimals, no grouping',
    }),
    ccy: Type.Unsafe<Currency>(TransactionSchema.properties.currency),
    shop: Type.String(),
    ctry: Type.String(),
    dev: Type.String(),
    at: Type.String({ pattern: '^[0-9]{1,15}$', description: 'business time, milliseconds since 1970' }),
  }),
  fields: {
    id: 'ref',
    card_id: 'card',
    amount: 'amt',
    currency: 'ccy',
    merchant_id: 'shop',
    country: 'ctry',
    device_id: 'dev',
    timestamp: 'at',
  },
  toTransaction: (message) => ({
    id: message.ref,
    card_id: message.card,
    amount: Number(message.amt.replace(',', '.')),
    currency: message.ccy,
    merchant_id: message.shop,
    country: message.ctry,
    device_id: message.dev,
    channel: 'partner',
    timestamp: new Date(Number(message.at)).toISOString(),
  }),
});
