import { COLUMNS, type ColumnName, ENTITY_KEYS, LABEL_COLUMNS, type LabelColumnName } from './columns.ts';
import type { Feature } from './view.ts';

const quote = (name: string): string => `"${name}"`;
/** A DOUBLE literal; without the exponent DuckDB reads a DECIMAL. */
const double = (value: number): string => {
  const text = String(value);
  return text.includes('e') ? text : `${text}e0`;
};

/** What the rows of a window function look like. */
export interface Rows {
  /** Column with the entity's id; null takes the entity's own key. */
  partition: string | null;
  /** Condition on rows that count, for relations that also hold requests or probes. */
  filter: string | null;
}

/**
 * A feature as a window function over rows ordered by `ts`: the frame is [ts - window, ts), the same half-open
 * window the stream evaluates. Sums run over integers, so their order does not matter; each division stands in the
 * order in which compile.ts divides. NULL when there is nothing to aggregate.
 */
export function aggregateSql(feature: Feature, rows: Rows): string {
  if (feature.entity === 'request') throw new TypeError(`${feature.name} is no aggregate`);
  const partition = [rows.partition ?? ENTITY_KEYS[feature.entity], ...feature.where].join(', ');
  const reach = feature.windowMs === null ? 'UNBOUNDED' : String(feature.windowMs);
  const frame = `PARTITION BY ${partition} ORDER BY ts RANGE BETWEEN ${reach} PRECEDING AND 1 PRECEDING`;
  const over = `${rows.filter === null ? '' : `FILTER (WHERE ${rows.filter}) `}OVER (${frame})`;
  const of = feature.column === null ? '' : quote(feature.column);
  const asDouble = (aggregate: string) => `CAST(${aggregate} ${over} AS DOUBLE)`;
  const count = asDouble('COUNT(*)');
  const scale = double(scaleOf(feature));

  switch (feature.aggregation) {
    case 'count':
      return count;
    case 'count_distinct':
      return asDouble(`COUNT(DISTINCT ${of})`);
    case 'sum':
      return `${asDouble(`SUM(${of})`)} / ${scale}`;
    case 'mean':
      return `${asDouble(`SUM(${of})`)} / ${count} / ${scale}`;
    case 'max':
      return `${asDouble(`MAX(${of})`)} / ${scale}`;
    case 'std': {
      // n * sum(x^2) - sum(x)^2 in 128-bit integers: exact, where doubles would cancel.
      const sum = `SUM(${of}) ${over}`;
      const n = `COUNT(*) ${over}`;
      const spread = `CAST(${n} * (SUM(${of} * ${of}) ${over}) - (${sum}) * (${sum}) AS DOUBLE)`;
      return `CASE WHEN ${n} > 1 THEN sqrt(${spread} / (${count} * (${count} - 1e0))) / ${scale} END`;
    }
    case 'smoothed_rate': {
      const { prior, weight } = feature.smoothing!;
      const sum = `COALESCE(${asDouble(`SUM(${of})`)}, 0e0)`;
      return `(${sum} + ${double(prior)} * ${double(weight)}) / (${count} + ${double(weight)})`;
    }
    case 'seconds_since_last':
      return `CAST(ts - MAX(ts) ${over} AS DOUBLE) / 1000e0`;
    case 'seconds_since_first':
      return `CAST(ts - MIN(ts) ${over} AS DOUBLE) / 1000e0`;
    default:
      throw new TypeError(`${feature.aggregation} is no aggregate`);
  }
}

/** A feature of the request itself, from its own columns or from other features; NULL when undefined. */
export function requestSql(feature: Feature): string {
  if (feature.aggregation === 'ratio') {
    const [above, below] = feature.of!.map(quote);
    return `CASE WHEN ${below} > 0e0 THEN ${above} / ${below} END`;
  }
  const column = quote(feature.column!);
  if (feature.aggregation === 'equals') {
    return `CAST(${column} = '${feature.value!.replaceAll("'", "''")}' AS DOUBLE)`;
  }
  return `CAST(${column} AS DOUBLE) / ${double(scaleOf(feature))}`;
}

/** Transform and cap, in the order in which compile.ts applies them. */
export function transformSql({ transform, cap }: Feature, value: string): string {
  const shaped = {
    none: value,
    sqrt: `sqrt(${value})`,
    hours: `${value} / 3600e0`,
    days: `${value} / 86400e0`,
  }[transform];
  // LEAST would take the cap for a NULL.
  return cap === null
    ? shaped
    : `CASE WHEN ${shaped} > ${double(cap)} THEN ${double(cap)} ELSE ${shaped} END`;
}

export const defaultSql = (feature: Feature, value: string): string =>
  `COALESCE(${value}, ${double(feature.default)})`;

function scaleOf({ source, column }: Feature): number {
  if (column === null) return 1;
  if (source === 'labels') return LABEL_COLUMNS[column as LabelColumnName].scale;
  const described = COLUMNS[column as ColumnName];
  return described.kind === 'number' ? described.scale : 1;
}
