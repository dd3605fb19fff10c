import {
  DuckDBDoubleVector,
  DuckDBFloatVector,
  DuckDBInstance,
  DuckDBUTinyIntVector,
  type DuckDBVector,
} from '@duckdb/node-api';
import { AMERICAS } from '../../../lib/contract/regions.ts';
import { errors } from './errors.ts';

/** Training rows by column, oldest first. */
export interface Table {
  rows: number;
  featureNames: string[];
  /** One column of float32 per feature; NaN where there is no value. */
  features: Float32Array[];
  /** 0 or 1. */
  labels: Uint8Array;
  /** Business time of each transaction, epoch ms. */
  times: Float64Array;
  /** Text columns worth cutting figures by: name, values, and per row the index of its value. */
  groups: { name: string; values: string[]; codes: Uint8Array }[];
}

/** A text column with more values than this says who, not what kind. */
const MOST_VALUES = 16;
/** `regionOf` in SQL: where the bank serves a transaction. */
const REGION_SQL = `CASE WHEN country IN (${[...AMERICAS].map((country) => `'${country}'`).join(', ')}) THEN 'us' ELSE 'eu' END`;
const IDENTIFIERS = new Set(['transaction_id', 'card_id']);

/**
 * Reads a Parquet training set with DuckDB straight into typed arrays.
 * @param features names in the order of the view
 * @param cutMs business time: rows whose label was not known by then are left out
 * @throws AppError TRAIN_COLUMN_MISSING
 */
export async function readTable(path: string, features: readonly string[], cutMs: number): Promise<Table> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '300MB', threads: '2' });
  const connection = await instance.connect();
  try {
    const described = await connection.runAndReadAll('DESCRIBE SELECT * FROM read_parquet($path)', { path });
    const types = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
    for (const column of [...features, 'transaction_id', 'ts', 'is_fraud', 'matured_ts']) {
      if (!types.has(column)) throw errors.COLUMN_MISSING(column);
    }
    await connection.run(
      `CREATE TABLE matured AS SELECT *${types.has('country') ? `, ${REGION_SQL} AS region` : ''} FROM read_parquet($path)
       WHERE is_fraud IS NOT NULL AND matured_ts <= $cut`,
      { path, cut: cutMs },
    );
    const count = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM matured');
    const rows = count.getRows()[0]![0] as number;

    if (types.has('country')) types.set('region', 'VARCHAR');
    const groups: Table['groups'] = [];
    for (const [name, type] of types) {
      if (type !== 'VARCHAR' || IDENTIFIERS.has(name)) continue;
      const distinct = await connection.runAndReadAll(
        `SELECT DISTINCT ${quote(name)} AS value FROM matured WHERE value IS NOT NULL ORDER BY value LIMIT ${MOST_VALUES + 1}`,
      );
      const values = distinct.getRows().map(([value]) => String(value));
      if (values.length <= MOST_VALUES) groups.push({ name, values, codes: new Uint8Array(rows) });
    }

    const table: Table = {
      rows,
      featureNames: [...features],
      features: features.map(() => new Float32Array(rows).fill(Number.NaN)),
      labels: new Uint8Array(rows),
      times: new Float64Array(rows),
      groups,
    };
    const columns = [
      ...features.map((name) => `${quote(name)}::FLOAT`),
      'is_fraud::UTINYINT',
      'ts::DOUBLE',
      // Where a row has none of the values its code lies behind the last one.
      ...groups.map(({ name, values }) => {
        const list = values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ');
        return `(coalesce(list_position([${list}]::VARCHAR[], ${quote(name)}), ${values.length + 1}) - 1)::UTINYINT`;
      }),
    ];
    const targets = [...table.features, table.labels, table.times, ...groups.map(({ codes }) => codes)];
    const result = await connection.stream(
      `SELECT ${columns.join(', ')} FROM matured ORDER BY ts, transaction_id`,
    );
    let offset = 0;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      for (const [c, target] of targets.entries()) copy(chunk.getColumnVector(c), target, offset);
      offset += chunk.rowCount;
    }
    return table;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

type NumberVector = DuckDBFloatVector | DuckDBDoubleVector | DuckDBUTinyIntVector;

function copy(vector: DuckDBVector, target: Float32Array | Float64Array | Uint8Array, offset: number): void {
  if (
    !(vector instanceof DuckDBFloatVector) &&
    !(vector instanceof DuckDBDoubleVector) &&
    !(vector instanceof DuckDBUTinyIntVector)
  ) {
    throw new TypeError(`a column came as ${vector.type}, not as the numbers the query asks for`);
  }
  const numbers: NumberVector = vector;
  for (let i = 0; i < numbers.itemCount; i++) {
    const value = numbers.getItem(i);
    if (value !== null) target[offset + i] = value;
  }
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
