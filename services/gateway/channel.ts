import { readdir } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import type { Priority } from '../../lib/contract/pressure.ts';
import type { Transaction } from '../../lib/contract/transaction.ts';
import { errors } from './errors.ts';

/** One format of a channel's message and how to read it. */
export interface Adapter<S extends TSchema = TSchema> {
  /** As in `POST /v1/channels/{name}/score` and in the transaction's field `channel`. */
  name: string;
  /** The native message; whatever passes it can be given to `toTransaction`. */
  schema: S;
  /** Where in the native message each canonical field comes from, for errors the sender understands. */
  fields: Record<Exclude<keyof Transaction, 'channel'>, string>;
  /** How much its customers need an answer when not all can have one; `normal` unless the first format says so. */
  priority?: Priority;
  /** @throws AppError GATEWAY_FIELD naming the native field */
  toTransaction(message: Static<S>): Transaction;
}

/** One way transactions reach the bank. */
export interface Channel {
  name: string;
  /** By format: `v1`, `v2`, … in order; every channel has `v1`. */
  formats: ReadonlyMap<string, Adapter>;
  priority: Priority;
}

/** The format a channel is read in unless its setting says otherwise. */
export const FIRST_FORMAT = 'v1';

/** Keeps the schema's type for `toTransaction`. */
export const defineChannel = <S extends TSchema>(adapter: Adapter<S>): Adapter<S> => adapter;

const FOLDER = new URL('./channels/', import.meta.url);
const FILE = /^(?<name>[a-z][a-z-]*)(\.(?<format>v[2-9]))?\.ts$/;

/**
 * Every file in `channels/` reads one format of a channel and exports it as `default`: `<name>.ts` the first,
 * `<name>.v2.ts` the second.
 * @throws AppError GATEWAY_CHANNEL_INVALID naming the file
 */
export async function discoverChannels(folder: URL = FOLDER): Promise<Channel[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const channels = new Map<string, Map<string, Adapter>>();
  for (const file of files.sort(byFormat)) {
    const { name, format = FIRST_FORMAT } = FILE.exec(file)?.groups ?? {};
    if (name === undefined) throw errors.CHANNEL_INVALID(file, 'must be called <name>.ts or <name>.v2.ts');
    const { default: adapter } = (await import(new URL(file, folder).href)) as { default?: Adapter };
    if (adapter?.name !== name) {
      throw errors.CHANNEL_INVALID(file, 'must export as default a channel of the same name');
    }
    const formats = channels.get(name) ?? new Map<string, Adapter>();
    channels.set(name, formats.set(format, adapter));
    if (!formats.has(FIRST_FORMAT)) throw errors.CHANNEL_INVALID(file, `needs ${name}.ts beside it`);
  }
  return [...channels].map(([name, formats]) => ({
    name,
    formats,
    priority: formats.get(FIRST_FORMAT)?.priority ?? 'normal',
  }));
}

/** `partner.ts` before `partner.v2.ts`, which plain text would put the other way round. */
const byFormat = (a: string, b: string): number => (a.replace(/\.ts$/, '') < b.replace(/\.ts$/, '') ? -1 : 1);
