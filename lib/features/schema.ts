import Type, { type Static } from 'typebox';
import { COLUMNS, type ColumnName, ENTITY_KEYS, type Entity, LABEL_COLUMNS } from './columns.ts';

const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });
const names = <T extends object>(table: T) => Object.keys(table) as (keyof T & string)[];

export const AGGREGATIONS = [
  'count',
  'count_distinct',
  'sum',
  'mean',
  'max',
  'std',
  'smoothed_rate',
  'seconds_since_last',
  'seconds_since_first',
  'value',
  'equals',
  'ratio',
] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

export const CADENCES = ['stream', 'nightly', 'request'] as const;
export type Cadence = (typeof CADENCES)[number];

/**
 * Unary functions of an aggregate. Square roots and divisions are correctly rounded by IEEE 754 everywhere;
 * logarithms are not, and would differ in the last bit between DuckDB and V8.
 */
export const TRANSFORMS = ['none', 'sqrt', 'hours', 'days'] as const;
export type Transform = (typeof TRANSFORMS)[number];

const Duration = Type.String({
  pattern: '^[1-9][0-9]*(m|h|d)$',
  description: 'business time, for example 30m, 6h, 7d',
});

export const FeatureDefinitionSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9_]*$', maxLength: 64 }),
    description: Type.String({ minLength: 1 }),
    type: oneOf(['float'], 'what the model gets'),
    entity: oneOf(
      [...names(ENTITY_KEYS), 'request'] as (Entity | 'request')[],
      'whose behaviour it describes',
    ),
    source: oneOf(['transactions', 'labels', 'request'], 'where its rows come from'),
    cadence: oneOf(CADENCES, 'when it is computed'),
    aggregation: oneOf(AGGREGATIONS, 'how rows become a number'),
    column: Type.Optional(
      oneOf([...names(COLUMNS), ...names(LABEL_COLUMNS)], 'what is aggregated or compared'),
    ),
    window: Type.Optional(Duration),
    where: Type.Optional(
      Type.Array(oneOf(names(COLUMNS), 'rows count only when equal to the request in this column'), {
        minItems: 1,
        uniqueItems: true,
      }),
    ),
    value: Type.Optional(Type.String({ description: 'what `equals` compares with' })),
    of: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 2,
        maxItems: 2,
        description: 'numerator and denominator of `ratio`',
      }),
    ),
    smoothing: Type.Optional(
      Type.Object(
        { prior: Type.Number(), weight: Type.Number({ exclusiveMinimum: 0 }) },
        { additionalProperties: false, description: '(sum + prior * weight) / (count + weight)' },
      ),
    ),
    transform: Type.Optional(oneOf(TRANSFORMS, 'applied to the aggregate')),
    cap: Type.Optional(Type.Number({ description: 'largest value, after the transform' })),
    default: Type.Number({ description: 'when there is nothing to aggregate' }),
    range: Type.Optional(
      Type.Object(
        { min: Type.Optional(Type.Number()), max: Type.Optional(Type.Number()) },
        {
          additionalProperties: false,
          minProperties: 1,
          description:
            'what a value may be, both ends included; nothing enforces it, monitoring counts what is outside',
        },
      ),
    ),
    allowed: Type.Optional(
      Type.Array(Type.Number(), { minItems: 1, uniqueItems: true, description: 'the only values there are' }),
    ),
    owner: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);
export type FeatureDefinition = Static<typeof FeatureDefinitionSchema>;

export const ViewDefinitionSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
    version: Type.Integer({ minimum: 1 }),
    description: Type.String({ minLength: 1 }),
    owner: Type.String({ minLength: 1 }),
    entity: oneOf(names(ENTITY_KEYS), 'the entity whose row decides whether a request is known'),
    ttl: Duration,
    available_after: Duration,
    max_events: Type.Integer({ minimum: 1, description: 'events a stream row keeps at most' }),
    features: Type.Array(FeatureDefinitionSchema, { minItems: 1 }),
  },
  { additionalProperties: false },
);
export type ViewDefinition = Static<typeof ViewDefinitionSchema>;

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** `6h` in milliseconds. */
export const durationMs = (text: string): number =>
  Number(text.slice(0, -1)) * UNITS[text.slice(-1) as keyof typeof UNITS];

export const isColumn = (name: string): name is ColumnName => name in COLUMNS;
