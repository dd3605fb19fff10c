import { readdir } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import type { Transaction } from '../../lib/contract/transaction.ts';
import { errors } from './errors.ts';

/** One way transactions reach the bank: its native message and how to read it. */
export interface Channel<S extends TSchema = TSchema> {
  /** As in `POST /v1/channels/{name}/score` and in the transaction's field `channel`. */
  name: string;
  /** The native message; whatever passes it can be given to `toTransaction`. */
  schema: S;
  /** Where in the native message each canonical field comes from, for errors the sender understands. */
  fields: Record<Exclude<keyof Transaction, 'channel'>, string>;
  /** @throws AppError GATEWAY_FIELD naming the native field */
  toTransaction(message: Static<S>): Transaction;
}

/** Keeps the schema's type for `toTransaction`. */
export const defineChannel = <S extends TSchema>(channel: Channel<S>): Channel<S> => channel;

const FOLDER = new URL('./channels/', import.meta.url);

/**
 * Every file in `channels/` is a channel and exports it as `default`.
 * @throws AppError GATEWAY_CHANNEL_INVALID naming the file
 */
export async function discoverChannels(folder: URL = FOLDER): Promise<Channel[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return Promise.all(
    files.sort().map(async (file) => {
      const { default: channel } = (await import(new URL(file, folder).href)) as { default?: Channel };
      if (channel?.name !== file.slice(0, -'.ts'.length)) {
        throw errors.CHANNEL_INVALID(file, 'must export as default a channel of the same name');
      }
      return channel;
    }),
  );
}
