import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { messageOf } from '../kit/errors.ts';
import type { ColumnName, Entity, LabelColumnName } from './columns.ts';
import { errors } from './errors.ts';
import { checkFeature } from './rules.ts';
import {
  type Aggregation,
  type Cadence,
  durationMs,
  type FeatureDefinition,
  type Transform,
  type ViewDefinition,
  ViewDefinitionSchema,
} from './schema.ts';

/** One column of the model's input, as the definition says it. */
export interface Feature {
  name: string;
  description: string;
  type: 'float';
  entity: Entity | 'request';
  source: 'transactions' | 'labels' | 'request';
  cadence: Cadence;
  aggregation: Aggregation;
  column: ColumnName | LabelColumnName | null;
  windowMs: number | null;
  where: ColumnName[];
  value: string | null;
  of: [string, string] | null;
  smoothing: { prior: number; weight: number } | null;
  transform: Transform;
  cap: number | null;
  default: number;
  /** What a value may be, both ends included. Nothing enforces it; monitoring counts what is outside. */
  range: { min: number; max: number } | null;
  /** The only values there are. */
  allowed: number[] | null;
  owner: string;
}

/** One kind of online row: a key in Redis per entity and cadence. */
export interface RowDefinition {
  entity: Entity;
  cadence: 'stream' | 'nightly';
  /** Columns of an event tuple after `ts` and `id`; empty for rows without windows. */
  columns: ColumnName[];
  /** The longest window over the events; 0 when the row keeps none. */
  windowMs: number;
  /** Whether the row remembers when the entity was first seen. */
  firstSeen: boolean;
}

export interface FeatureView {
  name: string;
  version: number;
  description: string;
  owner: string;
  entity: Entity;
  /** How old a row may be before its values count as missing, business ms. */
  ttlMs: number;
  /** How long after business midnight a nightly snapshot takes effect, ms. */
  availableAfterMs: number;
  maxEvents: number;
  /** In the order of the model's input. */
  features: Feature[];
  /** In the order of the keys of one lookup. */
  rows: RowDefinition[];
}

const validate = new Ajv({ strict: false }).compile(ViewDefinitionSchema);

/**
 * Reads a view definition.
 * @param file named in errors
 * @throws AppError FEATURES_VIEW_INVALID naming file and field
 */
export function parseView(yaml: string, file = 'view'): FeatureView {
  const invalid = (field: string, problem: string) => errors.VIEW_INVALID(file, field, problem);
  let definition: ViewDefinition;
  try {
    definition = parse(yaml) as ViewDefinition;
  } catch (error) {
    throw invalid('the document', `is not valid YAML: ${messageOf(error)}`);
  }
  if (!validate(definition)) {
    const [problem] = validate.errors ?? [];
    const extra = (problem?.params.additionalProperty ?? problem?.params.missingProperty) as
      | string
      | undefined;
    const path = [...(problem?.instancePath.split('/').slice(1) ?? []), ...(extra ? [extra] : [])];
    const allowed = problem?.params.allowedValues as string[] | undefined;
    const known = allowed ? `: ${allowed.join(', ')}` : '';
    throw invalid(nameField(definition, path), `${problem?.message ?? 'is invalid'}${known}`);
  }
  const byName = new Map<string, FeatureDefinition>();
  for (const feature of definition.features) {
    if (byName.has(feature.name)) throw invalid(`features.${feature.name}`, 'is defined twice');
    byName.set(feature.name, feature);
  }
  for (const feature of definition.features) {
    const wrong = checkFeature(feature);
    if (wrong) throw invalid(`features.${feature.name}.${wrong.field}`, wrong.problem);
    for (const operand of feature.of ?? []) {
      const known = byName.get(operand);
      if (known === undefined || known.aggregation === 'ratio') {
        throw invalid(`features.${feature.name}.of`, `names ${operand}, which is no feature to divide here`);
      }
    }
  }
  const features = definition.features.map(toFeature);
  return {
    name: definition.name,
    version: definition.version,
    description: definition.description,
    owner: definition.owner,
    entity: definition.entity,
    ttlMs: durationMs(definition.ttl),
    availableAfterMs: durationMs(definition.available_after),
    maxEvents: definition.max_events,
    features,
    rows: rowsOf(features),
  };
}

/** `fraud@1`. */
export const viewId = (view: { name: string; version: number }): string => `${view.name}@${view.version}`;

const toFeature = (definition: FeatureDefinition): Feature => ({
  name: definition.name,
  description: definition.description,
  type: definition.type as 'float',
  entity: definition.entity,
  source: definition.source as Feature['source'],
  cadence: definition.cadence,
  aggregation: definition.aggregation,
  column: definition.column ?? null,
  windowMs: definition.window === undefined ? null : durationMs(definition.window),
  where: definition.where ?? [],
  value: definition.value ?? null,
  of: (definition.of as [string, string] | undefined) ?? null,
  smoothing: definition.smoothing ?? null,
  transform: definition.transform ?? 'none',
  cap: definition.cap ?? null,
  default: definition.default,
  range: definition.range
    ? {
        min: definition.range.min ?? Number.NEGATIVE_INFINITY,
        max: definition.range.max ?? Number.POSITIVE_INFINITY,
      }
    : null,
  allowed: definition.allowed ?? null,
  owner: definition.owner,
});

/** Stream rows before nightly ones, each in the order the features first need them. */
function rowsOf(features: Feature[]): RowDefinition[] {
  const rows: RowDefinition[] = [];
  for (const cadence of ['stream', 'nightly'] as const) {
    for (const feature of features) {
      if (feature.cadence !== cadence || feature.entity === 'request') continue;
      const { entity } = feature;
      let row = rows.find((known) => known.entity === entity && known.cadence === cadence);
      if (row === undefined) {
        row = { entity, cadence, columns: [], windowMs: 0, firstSeen: false };
        rows.push(row);
      }
      if (cadence === 'nightly') continue;
      row.windowMs = Math.max(row.windowMs, feature.windowMs ?? 0);
      row.firstSeen ||= feature.aggregation === 'seconds_since_first';
      for (const name of [...(feature.column ? [feature.column as ColumnName] : []), ...feature.where]) {
        if (!row.columns.includes(name)) row.columns.push(name);
      }
    }
  }
  return rows;
}

/** `/features/3/window` says less than `features.card_tx_count_1h.window`. */
function nameField(definition: ViewDefinition, path: string[]): string {
  const [head, index, ...rest] = path;
  const name = head === 'features' ? definition.features?.[Number(index)]?.name : undefined;
  return (name === undefined ? path : ['features', name, ...rest]).join('.') || 'the document';
}
