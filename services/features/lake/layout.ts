import { join } from 'node:path';

/** What features and training are computed from. */
export const SOURCE_TABLES = ['transactions', 'labels'] as const;
/** Everything the lake keeps; `quarantine` is kept for people to look at and read again, and computed from by nobody. */
export const TABLES = [...SOURCE_TABLES, 'quarantine'] as const;
export type Table = (typeof TABLES)[number];

/** Column and type, in the order of the files. */
export const COLUMNS = {
  transactions: {
    id: 'VARCHAR',
    card_id: 'VARCHAR',
    amount: 'DOUBLE',
    currency: 'VARCHAR',
    merchant_id: 'VARCHAR',
    country: 'VARCHAR',
    device_id: 'VARCHAR',
    channel: 'VARCHAR',
    ts: 'BIGINT',
  },
  labels: {
    transaction_id: 'VARCHAR',
    card_id: 'VARCHAR',
    is_fraud: 'BOOLEAN',
    transaction_ts: 'BIGINT',
    matured_ts: 'BIGINT',
  },
  quarantine: {
    id: 'VARCHAR',
    card_id: 'VARCHAR',
    channel: 'VARCHAR',
    reason: 'VARCHAR',
    ts: 'BIGINT',
    // The message as it came, in JSON: how the gateway read it may be what was wrong.
    received: 'VARCHAR',
  },
} as const satisfies Record<Table, Record<string, 'VARCHAR' | 'DOUBLE' | 'BIGINT' | 'BOOLEAN'>>;

/** What makes a row unique, and which of several copies counts: the one that happened first. */
export const IDENTITY = {
  transactions: ['id', 'ts'],
  labels: ['transaction_id', 'matured_ts'],
  quarantine: ['id', 'ts'],
} as const;

/** Folder of one business day of a table. */
export const dayFolder = (lake: string, table: Table, day: string): string => join(lake, table, `day=${day}`);

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Column list of CREATE TABLE. */
export const columnsSql = (table: Table): string =>
  Object.entries(COLUMNS[table])
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
