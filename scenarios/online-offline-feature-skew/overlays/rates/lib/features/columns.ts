import { CURRENCIES, type Currency, type Transaction } from '../contract/transaction.ts';
import { DAY_MS, HOUR_MS } from '../kit/clock.ts';

/**
 * What a feature may aggregate or compare. Each column exists twice, for the stream and for SQL, side by side so
 * that they stay the same. Numbers are kept as integers of 1/scale: their sums are exact in any order, which is
 * what lets both paths agree to the last bit.
 */
export type Column =
  | { kind: 'number'; scale: number; read(transaction: Transaction, atMs: number): number; sql: string }
  | { kind: 'category'; read(transaction: Transaction): string; sql: string };

const NIGHT_ENDS_HOUR = 6;

const hourOf = (atMs: number): number => Math.floor((atMs % DAY_MS) / HOUR_MS);
const HOUR_SQL = `(ts % ${DAY_MS}) // ${HOUR_MS}`;

/** Rates of the day, as treasury publishes them. */
const RATES: Readonly<Record<Currency, number>> = {
  EUR: 1,
  USD: 1.09,
  GBP: 0.85,
  CHF: 0.96,
  PLN: 4.31,
  CAD: 1.48,
};

// `e0` makes a DOUBLE literal of what DuckDB would otherwise read as a DECIMAL.
const RATE_SQL = `CASE currency ${Object.entries(CURRENCIES)
  .map(([currency, rate]) => `WHEN '${currency}' THEN ${rate}e0`)
  .join(' ')} END`;

export const COLUMNS = {
  amount_eur: {
    kind: 'number',
    scale: 100,
    read: ({ amount, currency }) => Math.round(amount * RATES[currency] * 100),
    sql: `CAST(round(amount * (${RATE_SQL}) * 100e0) AS BIGINT)`,
  },
  hour: { kind: 'number', scale: 1, read: (_, atMs) => hourOf(atMs), sql: HOUR_SQL },
  night: {
    kind: 'number',
    scale: 1,
    read: (_, atMs) => (hourOf(atMs) < NIGHT_ENDS_HOUR ? 1 : 0),
    sql: `CAST(${HOUR_SQL} < ${NIGHT_ENDS_HOUR} AS BIGINT)`,
  },
  merchant_id: { kind: 'category', read: ({ merchant_id }) => merchant_id, sql: 'merchant_id' },
  country: { kind: 'category', read: ({ country }) => country, sql: 'country' },
  device_id: { kind: 'category', read: ({ device_id }) => device_id, sql: 'device_id' },
  channel: { kind: 'category', read: ({ channel }) => channel, sql: 'channel' },
} as const satisfies Record<string, Column>;

export type ColumnName = keyof typeof COLUMNS;
export const column = (name: ColumnName): Column => COLUMNS[name];

/** Columns of the source `labels`, which exist offline alone: they are only ever aggregated by nightly SQL. */
export const LABEL_COLUMNS = {
  is_fraud: { kind: 'number', scale: 1, sql: 'CAST(is_fraud AS BIGINT)' },
} as const;
export type LabelColumnName = keyof typeof LABEL_COLUMNS;

export const ENTITY_KEYS = {
  card: 'card_id',
  device: 'device_id',
  merchant: 'merchant_id',
} as const satisfies Record<string, keyof Transaction>;
/** Whose behaviour a row describes. */
export type Entity = keyof typeof ENTITY_KEYS;
