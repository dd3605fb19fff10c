import type { Transaction } from '../contract/transaction.ts';
import { DAY_MS, startOfDay } from '../kit/clock.ts';
import { type ColumnName, column } from './columns.ts';
import type { NightlyRow, StreamEvent, StreamRow } from './rows.ts';
import type { Feature, FeatureView, RowDefinition } from './view.ts';

/** One request and its rows, refilled for each request so that evaluating allocates nothing of its own. */
export interface Lookup {
  transaction: Transaction;
  atMs: number;
  /** By index of the view's rows. */
  stream: (StreamRow | undefined)[];
  nightly: (NightlyRow | undefined)[];
  /** Features computed so far, for the ratios. */
  values: Float64Array;
}

/** A feature of one request; NaN when there is nothing to aggregate. */
export type Compiled = (lookup: Lookup) => number;

export function compileFeature(view: FeatureView, feature: Feature): Compiled {
  const raw = { stream: compileStream, nightly: compileNightly, request: compileRequest }[feature.cadence];
  const compute = raw(view, feature);
  // Nightly values are stored after their transform: SQL made them.
  return feature.cadence === 'nightly' ? compute : withTransform(feature, compute);
}

function withTransform({ transform, cap }: Feature, compute: Compiled): Compiled {
  const divisor = { hours: 3600, days: 86_400, none: 1, sqrt: 1 }[transform];
  const shaped: Compiled =
    transform === 'sqrt'
      ? (lookup) => Math.sqrt(compute(lookup))
      : divisor === 1
        ? compute
        : (lookup) => compute(lookup) / divisor;
  if (cap === null) return shaped;
  return (lookup) => {
    const value = shaped(lookup);
    return value > cap ? cap : value;
  };
}

const NOTHING: StreamEvent[] = [];
const FIRST_COLUMN = 2;

function compileStream(view: FeatureView, feature: Feature): Compiled {
  const index = view.rows.findIndex((row) => row.entity === feature.entity && row.cadence === 'stream');
  const definition = view.rows[index]!;
  if (feature.aggregation === 'seconds_since_first') {
    return ({ stream, atMs }) => {
      const first = stream[index]?.first_seen;
      return first !== undefined && first < atMs ? (atMs - first) / 1000 : Number.NaN;
    };
  }
  const windowMs = feature.windowMs!;
  const matches = compileWhere(definition, feature.where);
  const fold = compileFold(definition, feature);
  return (lookup) => {
    const events = lookup.stream[index]?.events ?? NOTHING;
    const { atMs, transaction } = lookup;
    return fold(events, beginning(windowMs, atMs), atMs, matches && ((event) => matches(event, transaction)));
  };
}

/** Windows of days are whole days, as customers see them in their statements: today and the days before. */
const beginning = (windowMs: number, atMs: number): number =>
  windowMs < DAY_MS ? atMs - windowMs : startOfDay(atMs) - (windowMs - DAY_MS);

type Fold = (
  events: StreamEvent[],
  from: number,
  to: number,
  matches: ((event: StreamEvent) => boolean) | undefined,
) => number;

/** Events lie oldest first: each fold starts at the newest and leaves at the window's beginning. */
function compileFold(definition: RowDefinition, { aggregation, column: name }: Feature): Fold {
  const at = name === null ? -1 : FIRST_COLUMN + definition.columns.indexOf(name as ColumnName);
  const described = name === null ? undefined : column(name as ColumnName);
  const scale = described?.kind === 'number' ? described.scale : 1;
  const each = (
    events: StreamEvent[],
    from: number,
    to: number,
    matches: ((event: StreamEvent) => boolean) | undefined,
    visit: (event: StreamEvent) => void,
  ) => {
    for (let i = events.length - 1; i >= 0; i--) {
      const event = events[i]!;
      if (event[0] < from) return;
      if (event[0] < to && (matches === undefined || matches(event))) visit(event);
    }
  };
  switch (aggregation) {
    case 'count':
      return (events, from, to, matches) => {
        let count = 0;
        each(events, from, to, matches, () => {
          count++;
        });
        return count;
      };
    case 'count_distinct': {
      const seen = new Set<string | number>();
      return (events, from, to, matches) => {
        seen.clear();
        each(events, from, to, matches, (event) => seen.add(event[at]!));
        return seen.size;
      };
    }
    case 'sum':
    case 'mean':
      return (events, from, to, matches) => {
        let sum = 0;
        let count = 0;
        each(events, from, to, matches, (event) => {
          sum += event[at] as number;
          count++;
        });
        return aggregation === 'sum' ? sum / scale : sum / count / scale;
      };
    case 'max':
      return (events, from, to, matches) => {
        let max = Number.NaN;
        each(events, from, to, matches, (event) => {
          const value = event[at] as number;
          if (!(value <= max)) max = value;
        });
        return max / scale;
      };
    case 'seconds_since_last':
      return (events, from, to, matches) => {
        let last = Number.NaN;
        each(events, from, to, matches, (event) => {
          if (!(event[0] <= last)) last = event[0];
        });
        return (to - last) / 1000;
      };
    default:
      throw new TypeError(`${aggregation} is not computed on the stream`);
  }
}

function compileWhere(definition: RowDefinition, where: ColumnName[]) {
  if (where.length === 0) return undefined;
  const tests = where.map((name) => ({
    at: FIRST_COLUMN + definition.columns.indexOf(name),
    read: column(name).read,
  }));
  return (event: StreamEvent, transaction: Transaction): boolean => {
    for (const { at, read } of tests) if (event[at] !== read(transaction, event[0])) return false;
    return true;
  };
}

/** The newest snapshot that had taken effect by the time of the request and is not older than the view allows. */
function compileNightly(view: FeatureView, { entity, name }: Feature): Compiled {
  const index = view.rows.findIndex((row) => row.entity === entity && row.cadence === 'nightly');
  return ({ nightly, atMs }) => {
    const snapshots = nightly[index]?.snapshots;
    if (snapshots === undefined) return Number.NaN;
    for (let i = snapshots.length - 1; i >= 0; i--) {
      const { as_of: asOf, values } = snapshots[i]!;
      if (asOf + view.availableAfterMs > atMs) continue;
      return atMs - asOf > view.ttlMs ? Number.NaN : (values[name] ?? Number.NaN);
    }
    return Number.NaN;
  };
}

function compileRequest(view: FeatureView, { aggregation, column: name, value, of }: Feature): Compiled {
  if (aggregation === 'ratio') {
    const [above, below] = of!.map((operand) => view.features.findIndex((known) => known.name === operand));
    return ({ values }) => (values[below!]! > 0 ? values[above!]! / values[below!]! : Number.NaN);
  }
  const described = column(name as ColumnName);
  if (described.kind === 'category') {
    return ({ transaction }) => (described.read(transaction) === value ? 1 : 0);
  }
  return ({ transaction, atMs }) => described.read(transaction, atMs) / described.scale;
}
