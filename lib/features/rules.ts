import { column, LABEL_COLUMNS, type LabelColumnName } from './columns.ts';
import { type Aggregation, type Cadence, type FeatureDefinition, isColumn } from './schema.ts';

interface Rule {
  cadences: readonly Cadence[];
  column: 'number' | 'category' | 'any' | 'none';
  window: 'needed' | 'none';
  needs?: 'value' | 'of' | 'smoothing';
  /** An aggregate over nothing that is a number all the same: the default may not contradict it. */
  empty?: (definition: FeatureDefinition) => number;
}

const both = ['stream', 'nightly'] as const;
const RULES: Record<Aggregation, Rule> = {
  count: { cadences: both, column: 'none', window: 'needed', empty: () => 0 },
  count_distinct: { cadences: both, column: 'category', window: 'needed', empty: () => 0 },
  sum: { cadences: both, column: 'number', window: 'needed', empty: () => 0 },
  mean: { cadences: both, column: 'number', window: 'needed' },
  max: { cadences: both, column: 'number', window: 'needed' },
  std: { cadences: ['nightly'], column: 'number', window: 'needed' },
  smoothed_rate: {
    cadences: ['nightly'],
    column: 'number',
    window: 'needed',
    needs: 'smoothing',
    empty: ({ smoothing }) => smoothing?.prior ?? Number.NaN,
  },
  seconds_since_last: { cadences: ['stream'], column: 'none', window: 'needed' },
  seconds_since_first: { cadences: ['stream'], column: 'none', window: 'none' },
  value: { cadences: ['request'], column: 'number', window: 'none' },
  equals: { cadences: ['request'], column: 'category', window: 'none', needs: 'value' },
  ratio: { cadences: ['request'], column: 'none', window: 'none', needs: 'of' },
};

const kindOf = (definition: FeatureDefinition): 'number' | 'category' | undefined => {
  const name = definition.column;
  if (name === undefined) return undefined;
  if (definition.source === 'labels') return LABEL_COLUMNS[name as LabelColumnName]?.kind;
  return isColumn(name) ? column(name).kind : undefined;
};

/**
 * What the schema cannot say: which fields belong together.
 * @returns the first field that is wrong and why, or undefined
 */
export function checkFeature(definition: FeatureDefinition): { field: string; problem: string } | undefined {
  const { aggregation, cadence, entity, source } = definition;
  const rule = RULES[aggregation];
  const wrong = (field: string, problem: string) => ({ field, problem });

  if (!rule.cadences.includes(cadence)) {
    return wrong('cadence', `must be ${rule.cadences.join(' or ')} for ${aggregation}`);
  }
  const atRequest = cadence === 'request';
  if ((entity === 'request') !== atRequest) {
    return wrong('entity', `must ${atRequest ? '' : 'not '}be request when the cadence is ${cadence}`);
  }
  if ((source === 'request') !== atRequest || (source === 'labels' && cadence !== 'nightly')) {
    return wrong('source', `may not be ${source} when the cadence is ${cadence}`);
  }
  if (rule.window === 'needed' && definition.window === undefined) {
    return wrong('window', `is missing: ${aggregation} needs one, for example 24h`);
  }
  if (rule.window === 'none' && definition.window !== undefined) {
    return wrong('window', `has no meaning for ${aggregation}; remove it`);
  }
  if (rule.column === 'none' && definition.column !== undefined) {
    return wrong('column', `has no meaning for ${aggregation}; remove it`);
  }
  if (rule.column !== 'none' && kindOf(definition) !== rule.column) {
    return wrong('column', `must name a ${rule.column} column of ${source} for ${aggregation}`);
  }
  for (const field of ['value', 'of', 'smoothing'] as const) {
    if (rule.needs === field && definition[field] === undefined) {
      return wrong(field, `is missing: ${aggregation} needs it`);
    }
    if (rule.needs !== field && definition[field] !== undefined) {
      return wrong(field, `has no meaning for ${aggregation}; remove it`);
    }
  }
  if (definition.where !== undefined && cadence !== 'stream') {
    return wrong('where', 'compares with the request, which only a stream aggregation knows; remove it');
  }
  const empty = rule.empty?.(definition);
  if (empty !== undefined && empty !== definition.default) {
    return wrong('default', `must be ${empty}: that is what ${aggregation} over nothing is`);
  }
  return checkContract(definition);
}

/** What a value may be has to leave room for the default. */
function checkContract({ range, allowed, default: usual }: FeatureDefinition) {
  if (range && allowed)
    return { field: 'range', problem: 'says again what allowed says; keep one of the two' };
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range ?? {};
  if (min > max) return { field: 'range', problem: `is empty: ${min} lies above ${max}` };
  if (usual < min || usual > max) return { field: 'range', problem: `leaves out the default, ${usual}` };
  if (allowed && !allowed.includes(usual))
    return { field: 'allowed', problem: `leaves out the default, ${usual}` };
  return undefined;
}
