import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { type Transaction, TransactionSchema } from '../../lib/contract/transaction.ts';
import type { Clock } from '../../lib/kit/clock.ts';
import { DAY_MS, HOUR_MS } from '../../lib/kit/clock.ts';
import type { Settings } from '../../lib/kit/settings.ts';
import { errors } from './errors.ts';
import type { GatewaySettings } from './settings.ts';

/** What the sender calls a canonical field. */
export type FieldName = (field: string) => string;

const isTransaction = addFormats.default(new Ajv({ strict: false })).compile(TransactionSchema);

/**
 * Holds what a channel made of its message to the canonical schema.
 * @throws AppError GATEWAY_FIELD naming the sender's field
 */
export function checkTransaction(transaction: Transaction, nameOf: FieldName): void {
  if (isTransaction(transaction)) return;
  const [problem] = isTransaction.errors ?? [];
  const field = problem?.instancePath.slice(1) ?? '';
  throw errors.FIELD(nameOf(field), problem?.message ?? 'is invalid');
}

/**
 * The transaction with its time in UTC and milliseconds, when that time is plausible: features are windows over
 * business time, and a transaction from next week would be in none of them.
 * @throws AppError GATEWAY_TIMESTAMP, GATEWAY_TIMESTAMP_AHEAD or GATEWAY_TIMESTAMP_BEHIND
 */
export function checkTime(
  transaction: Transaction,
  nameOf: FieldName,
  clock: Clock,
  settings: Settings<GatewaySettings>,
): Transaction {
  const { timestamp } = transaction;
  const ms = Date.parse(timestamp);
  const field = nameOf('timestamp');
  // RFC 3339 knows leap seconds, epochs do not.
  if (Number.isNaN(ms)) throw errors.TIMESTAMP(field, timestamp);
  const ahead = ms - clock.now();
  const hours = settings.values['timestamp.max_ahead_hours'];
  const days = settings.values['timestamp.max_behind_days'];
  if (ahead > hours * HOUR_MS) throw errors.TIMESTAMP_AHEAD(field, timestamp, clock.iso(), hours);
  if (-ahead > days * DAY_MS) throw errors.TIMESTAMP_BEHIND(field, timestamp, clock.iso(), days);
  return { ...transaction, timestamp: new Date(ms).toISOString() };
}
