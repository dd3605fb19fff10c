import { CURRENCIES, type Transaction } from '../../../lib/contract/transaction.ts';
import { createEvaluator, type Evaluator } from '../../../lib/features/evaluate.ts';
import { rowKeys } from '../../../lib/features/keys.ts';
import type { Feature, FeatureView } from '../../../lib/features/view.ts';
import { type Definition, definitionOf, errors } from '../definitions.ts';
import { fieldsNeeded } from './needs.ts';
import { rowTime, statusOf } from './status.ts';

export interface OnlineRequest {
  entities: Record<string, (string | number)[]>;
  feature_service?: string | null;
  features?: string[] | null;
  full_feature_names?: boolean;
}

/** Feast's columnar answer: results[i] belongs to metadata.feature_names[i]. */
export interface OnlineAnswer {
  metadata: { feature_names: string[] };
  results: { values: (string | number | null)[]; statuses: string[]; event_timestamps: string[] }[];
}

interface Selected {
  view: FeatureView;
  feature: Feature;
  index: number;
}

const NEVER = '1970-01-01T00:00:00Z';

/** Answers Feast's get-online-features from the rows inference reads. */
export class OnlineFeatures {
  readonly #definitions: Map<string, Definition>;
  readonly #evaluators = new Map<FeatureView, Evaluator>();

  constructor(definitions: Map<string, Definition>) {
    this.#definitions = definitions;
  }

  /**
   * Says which keys to read, and then what they answer.
   * @throws AppError FEATURES_VIEW_UNKNOWN, FEATURES_FEATURE_UNKNOWN or FEATURES_ENTITIES_INVALID
   */
  plan(request: OnlineRequest): {
    keys(now: number): string[];
    answer(rows: (string | null)[]): OnlineAnswer;
  } {
    const selected = this.#select(request);
    const count = this.#check(request.entities, selected);
    const views = [...new Set(selected.map(({ view }) => view))];
    const asked: { transaction: Transaction; at: number }[] = [];
    return {
      keys: (now) => {
        for (let i = 0; i < count; i++) asked.push(transactionOf(request.entities, i, now));
        return asked.flatMap(({ transaction }) => views.flatMap((view) => rowKeys(view, transaction)));
      },
      answer: (rows) => {
        const columns: OnlineAnswer['results'] = selected.map(() => ({
          values: [],
          statuses: [],
          event_timestamps: [],
        }));
        let next = 0;
        for (const { transaction, at } of asked) {
          for (const view of views) {
            const own = rows.slice(next, next + view.rows.length);
            next += view.rows.length;
            const values = new Float64Array(view.features.length);
            this.#evaluator(view).evaluateRaw(transaction, at, own, values);
            for (const [c, { view: owner, feature, index }] of selected.entries()) {
              if (owner !== view) continue;
              const time = rowTime(view, feature, own, at);
              const value = Math.fround(values[index]!);
              const status = statusOf(view, feature, time, value, at);
              columns[c]!.values.push(status === 'NOT_FOUND' || Number.isNaN(value) ? null : value);
              columns[c]!.statuses.push(status);
              columns[c]!.event_timestamps.push(time === undefined ? NEVER : new Date(time).toISOString());
            }
          }
        }
        return this.#shape(request, selected, columns);
      },
    };
  }

  #shape(
    { entities, full_feature_names: full }: OnlineRequest,
    selected: Selected[],
    columns: OnlineAnswer['results'],
  ) {
    const names = selected.map(({ view, feature }) =>
      full ? `${view.name}__${feature.name}` : feature.name,
    );
    const given = Object.values(entities).map((values) => ({
      values,
      statuses: values.map(() => 'PRESENT'),
      event_timestamps: values.map(() => NEVER),
    }));
    return {
      metadata: { feature_names: [...Object.keys(entities), ...names] },
      results: [...given, ...columns],
    };
  }

  #select({ features, feature_service: service }: OnlineRequest): Selected[] {
    if (service) {
      const view = this.#view(service);
      return view.features.map((feature, index) => ({ view, feature, index }));
    }
    if (!features || features.length === 0) {
      throw errors.RANGE_INVALID('features', 'is missing: name features, for example fraud:card_tx_count_1h');
    }
    return features.map((reference) => {
      const [name = '', wanted = ''] = reference.split(':');
      const view = this.#view(name);
      const index = view.features.findIndex((feature) => feature.name === wanted);
      if (index < 0) throw errors.FEATURE_UNKNOWN(wanted, name);
      return { view, feature: view.features[index]!, index };
    });
  }

  /** `fraud@1`, or `fraud` for its newest version. */
  #view(reference: string): FeatureView {
    if (reference.includes('@')) return definitionOf(this.#definitions, reference).view;
    const versions = [...this.#definitions.values()]
      .map(({ view }) => view)
      .filter(({ name }) => name === reference)
      .sort((a, b) => b.version - a.version);
    return versions[0] ?? definitionOf(this.#definitions, reference).view;
  }

  #check(entities: OnlineRequest['entities'], selected: Selected[]): number {
    const counts = Object.entries(entities).map(([name, values]) => ({ name, count: values.length }));
    const uneven = counts.find(({ count }) => count !== counts[0]!.count);
    if (uneven) {
      throw errors.ENTITIES_INVALID(
        uneven.name,
        `has ${uneven.count} values where ${counts[0]!.name} has ${counts[0]!.count}`,
      );
    }
    for (const { view, feature } of selected) {
      for (const field of fieldsNeeded(view, feature)) {
        if (!(field in entities))
          throw errors.ENTITIES_INVALID(field, `is missing: ${feature.name} needs it`);
      }
    }
    const unknown = (entities.currency ?? []).find((currency) => !(currency in CURRENCIES));
    if (unknown !== undefined) {
      throw errors.ENTITIES_INVALID(
        'currency',
        `has ${unknown}; known are ${Object.keys(CURRENCIES).join(', ')}`,
      );
    }
    const noTime = (entities.timestamp ?? []).find((time) => Number.isNaN(Date.parse(String(time))));
    if (noTime !== undefined)
      throw errors.ENTITIES_INVALID('timestamp', `has ${noTime}, which is not a time`);
    return counts[0]?.count ?? 0;
  }

  #evaluator(view: FeatureView): Evaluator {
    const evaluator = this.#evaluators.get(view) ?? createEvaluator(view);
    this.#evaluators.set(view, evaluator);
    return evaluator;
  }
}

/** Row i of the columns as a transaction; what was not given is not needed by any feature asked for. */
function transactionOf(entities: OnlineRequest['entities'], i: number, now: number) {
  const text = (name: string) => String(entities[name]?.[i] ?? '');
  const at = entities.timestamp === undefined ? now : Date.parse(text('timestamp'));
  const transaction: Transaction = {
    id: '',
    card_id: text('card_id'),
    amount: Number(entities.amount?.[i] ?? 0),
    currency: (entities.currency?.[i] ?? 'EUR') as Transaction['currency'],
    merchant_id: text('merchant_id'),
    country: text('country'),
    device_id: text('device_id'),
    channel: text('channel') as Transaction['channel'],
    timestamp: new Date(at).toISOString(),
  };
  return { transaction, at };
}
