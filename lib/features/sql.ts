import { DAY_MS } from '../kit/clock.ts';
import { aggregateSql, defaultSql, requestSql, transformSql } from './aggregates.ts';
import { COLUMNS, type ColumnName, ENTITY_KEYS, type Entity, LABEL_COLUMNS } from './columns.ts';
import type { Feature, FeatureView } from './view.ts';

/**
 * Offline features as DuckDB SQL, derived from the same definition the stream path compiles.
 *
 *   transactions ─ events ─┬─ window functions at each request ─────────────┐
 *   labels ────────────────┴─ the same at business midnights (snapshots) ───┴─ ratios ─ one row per request
 */
export interface Relations {
  /** Table or view with the lake's columns of transactions. */
  transactions: string;
  /** Table or view with the lake's columns of labels. */
  labels: string;
}

export interface HistoricalQuery extends Relations {
  /** Transactions to compute features for: [from, to), epoch ms. Their windows reach back as far as they need. */
  range?: { from: number; to: number };
  /** Or requests that are no transactions themselves: a relation with the lake's columns of transactions. */
  requests?: string;
}

/**
 * Features of requests, each as of its own time: transaction_id, card_id, ts, channel, country, one FLOAT per feature
 * in the order of the view, is_fraud and matured_ts (NULL until the label matured).
 */
export function historicalSql(view: FeatureView, query: HistoricalQuery): string {
  const stream = view.features.filter(({ cadence }) => cadence === 'stream');
  const filter = query.requests === undefined ? null : 'is_source';
  const groups = nightlyGroups(view);
  const values = view.features
    .filter(({ aggregation }) => aggregation !== 'ratio')
    .map((feature) => `${valueSql(feature)} AS "${feature.name}"`);
  const ratios = view.features
    .filter(({ aggregation }) => aggregation === 'ratio')
    .map(
      (feature) => `${defaultSql(feature, transformSql(feature, requestSql(feature)))} AS "${feature.name}"`,
    );

  const aggregates = stream.map(
    (feature) => `, ${aggregateSql(feature, { partition: null, filter })} AS "raw_${feature.name}"`,
  );
  const snapshots = groups.map((group) => {
    const probes = `SELECT DISTINCT ${ENTITY_KEYS[group.entity]} AS entity_id, as_of FROM requests`;
    return `${groupSql(group, probes)},`;
  });

  return `WITH ${eventsSql(query)},
requests AS (
  SELECT * FROM (
    SELECT *, ${asOfSql(view)} AS as_of
      ${aggregates.join('\n      ')}
    FROM events
  ) WHERE is_request
),
${snapshots.join('\n')}
valued AS (
  SELECT ${[
    'requests.id, requests.card_id, requests.ts, requests.channel AS source_channel, requests.country AS source_country',
    ...values,
  ].join(',\n    ')}
  FROM requests
  ${groups.map(({ name, entity }) => `LEFT JOIN ${name} ON ${name}.entity_id = requests.${ENTITY_KEYS[entity]} AND ${name}.as_of = requests.as_of`).join('\n  ')}
),
divided AS (SELECT *${ratios.length > 0 ? `, ${ratios.join(', ')}` : ''} FROM valued)
SELECT divided.id AS transaction_id, divided.card_id, divided.ts, divided.source_channel AS channel,
  divided.source_country AS country,
  ${view.features.map(({ name }) => `CAST(divided."${name}" AS FLOAT) AS "${name}"`).join(',\n  ')},
  known_labels.is_fraud, known_labels.matured_ts
FROM divided LEFT JOIN known_labels ON known_labels.transaction_id = divided.id
ORDER BY divided.ts, divided.id`;
}

/**
 * Nightly snapshots of one kind of entity: entity_id, as_of and one DOUBLE per nightly feature, NULL where there is
 * nothing to aggregate. An entity is in a snapshot when something happened to it within a window before midnight.
 * @param asOf business midnights, epoch ms
 */
export function snapshotSql(view: FeatureView, entity: Entity, asOf: number[], relations: Relations): string {
  const groups = nightlyGroups(view).filter((group) => group.entity === entity);
  const midnights = `unnest([${asOf.join(', ')}]) AS midnights(as_of)`;
  const present = groups.map(({ features, source }) => {
    const reach = Math.max(...features.map(({ windowMs }) => windowMs!));
    return `SELECT DISTINCT ${ENTITY_KEYS[entity]} AS entity_id, as_of FROM ${sourceName(source)}, ${midnights}
    WHERE ts >= as_of - ${reach} AND ts < as_of`;
  });
  const features = groups.flatMap((group) => group.features);
  return `WITH ${eventsSql({ ...relations, range: { from: 0, to: 0 } })},
probes AS (SELECT DISTINCT * FROM (${present.join('\n  UNION ALL ')})),
${groups.map((group) => groupSql(group, 'SELECT * FROM probes')).join(',\n')}
SELECT probes.entity_id, probes.as_of, ${features.map(({ name }) => `"${name}"`).join(', ')}
FROM probes ${groups.map(({ name }) => `JOIN ${name} USING (entity_id, as_of)`).join(' ')}
ORDER BY probes.entity_id, probes.as_of`;
}

/** Nightly features that share a scan. */
interface NightlyGroup {
  name: string;
  entity: Entity;
  source: 'transactions' | 'labels';
  features: Feature[];
}

function nightlyGroups(view: FeatureView): NightlyGroup[] {
  const groups = new Map<string, NightlyGroup>();
  for (const feature of view.features) {
    if (feature.cadence !== 'nightly' || feature.entity === 'request' || feature.source === 'request')
      continue;
    const name = `nightly_${feature.entity}_${feature.source}`;
    const group = groups.get(name) ?? { name, entity: feature.entity, source: feature.source, features: [] };
    group.features.push(feature);
    groups.set(name, group);
  }
  return [...groups.values()];
}

const sourceName = (source: NightlyGroup['source']) =>
  source === 'labels' ? 'label_events' : 'source_events';

/** The newest midnight whose snapshot has taken effect by `ts`. */
const asOfSql = (view: FeatureView): string => `(ts - ${view.availableAfterMs}) // ${DAY_MS} * ${DAY_MS}`;

/** Every transaction once with the derived columns, the requests beside them, and what the bank knows of fraud. */
function eventsSql({ transactions, labels, range, requests }: HistoricalQuery): string {
  const derived = (Object.keys(COLUMNS) as ColumnName[])
    .map((name) => `${COLUMNS[name].sql} AS "${name}"`)
    .join(', ');
  const select = (relation: string, isSource: boolean, isRequest: string) =>
    `SELECT id, card_id, ts, ${derived}, ${isSource} AS is_source, ${isRequest} AS is_request FROM ${relation}`;
  const once = `(SELECT * FROM ${transactions} QUALIFY row_number() OVER (PARTITION BY id ORDER BY ts) = 1)`;
  const isRequest = range === undefined ? 'false' : `ts >= ${range.from} AND ts < ${range.to}`;
  return `events AS (
  ${select(once, true, isRequest)}
  ${requests === undefined ? '' : `UNION ALL ${select(requests, false, 'true')}`}
),
source_events AS (SELECT * FROM events WHERE is_source),
known_labels AS (
  SELECT * FROM ${labels} QUALIFY row_number() OVER (PARTITION BY transaction_id ORDER BY matured_ts) = 1
),
label_events AS (
  SELECT ${Object.values(ENTITY_KEYS)
    .map((key) => `source_events.${key}`)
    .join(', ')}, matured_ts AS ts, ${Object.entries(LABEL_COLUMNS)
    .map(([name, { sql }]) => `${sql} AS "${name}"`)
    .join(', ')}
  FROM known_labels JOIN source_events ON source_events.id = known_labels.transaction_id
)`;
}

/** Probes stand among the rows at their midnight and look back over the same frames as a request would. */
function groupSql({ name, entity, source, features }: NightlyGroup, probes: string): string {
  const columns = [...new Set(features.flatMap(({ column }) => (column === null ? [] : [column])))];
  const rows = { partition: 'entity_id', filter: 'NOT is_probe' };
  const computed = features.map(
    (feature) => `${transformSql(feature, aggregateSql(feature, rows))} AS "${feature.name}"`,
  );
  const list = (items: string[]) => items.map((item) => `, ${item}`).join('');
  const quoted = columns.map((column) => `"${column}"`);
  return `${name} AS (
  SELECT * EXCLUDE (is_probe) FROM (
    SELECT entity_id, ts AS as_of, is_probe, ${computed.join(',\n      ')}
    FROM (
      SELECT ${ENTITY_KEYS[entity]} AS entity_id, ts, false AS is_probe${list(quoted)} FROM ${sourceName(source)}
      UNION ALL
      SELECT entity_id, as_of, true${list(quoted.map(() => 'NULL'))} FROM (${probes})
    )
  ) WHERE is_probe
)`;
}

function valueSql(feature: Feature): string {
  if (feature.cadence === 'nightly') return defaultSql(feature, `"${feature.name}"`);
  const raw =
    feature.cadence === 'stream'
      ? `requests."raw_${feature.name}"`
      : requestSql(feature).replaceAll(`"${feature.column}"`, `requests."${feature.column}"`);
  return defaultSql(feature, transformSql(feature, raw));
}
