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

/** FIPS 10-4 where it says something else than ISO 3166-1 alpha-2, for countries with a connected acquirer. */
const FIPS: Record<string, string> = {
  AT: 'AU',
  CH: 'SZ',
  DE: 'GM',
  ES: 'SP',
  GB: 'UK',
  IE: 'EI',
  NG: 'NI',
  PT: 'PO',
  TR: 'TU',
};

/** The partner's format 2 of a message: minor units with decimals that are always 00, and FIPS 10-4 countries. */
export function formatTwo(message: Record<string, unknown>): Record<string, unknown> {
  const { amt, ctry } = message as { amt: string; ctry: string };
  const minor = Math.round(Number(amt.replace(',', '.')) * 100);
  return { ...message, amt: `${minor},00`, ctry: FIPS[ctry] ?? ctry };
}
