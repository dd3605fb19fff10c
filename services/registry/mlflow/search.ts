import { errors } from './errors.ts';
import { type Filterable, parseFilter } from './filter.ts';
import type { Parameters } from './parameters.ts';

export interface SearchOptions<T> {
  /** Attributes a filter may name, and those results may be ordered by. */
  filterBy: readonly string[];
  orderBy: readonly string[];
  /** Order when the caller has none, and where theirs leaves a tie. */
  usualOrder: readonly string[];
  tieBreak: readonly string[];
  describe(item: T): Filterable;
  largest: number;
  usual: number;
}

/** Filters, orders and pages the way MLflow's search calls do. */
export function search<T>(
  items: readonly T[],
  parameters: Parameters,
  options: SearchOptions<T>,
): { page: T[]; next_page_token?: string } {
  const limit = parameters.limit(options.largest, options.usual);
  const accepts = parseFilter(parameters.optional('filter') ?? '', options.filterBy);
  const asked = parameters.list('order_by');
  const order = [...(asked.length > 0 ? asked : options.usualOrder), ...options.tieBreak].map((text) =>
    toOrder(text, options.orderBy),
  );
  const found = items
    .map((item) => ({ item, facts: options.describe(item) }))
    .filter(({ facts }) => accepts(facts))
    .sort((a, b) => {
      for (const { key, sign } of order) {
        const [left, right] = [a.facts.attributes[key]!, b.facts.attributes[key]!];
        if (left !== right) return left < right ? -sign : sign;
      }
      return 0;
    });
  const start = readToken(parameters.optional('page_token'));
  const end = start + limit;
  return {
    page: found.slice(start, end).map(({ item }) => item),
    ...(end < found.length && { next_page_token: writeToken(end) }),
  };
}

function toOrder(text: string, known: readonly string[]): { key: string; sign: 1 | -1 } {
  const [, key = '', direction = 'asc'] =
    /^\s*(?:attributes?\.)?[`"]?(\w+)[`"]?(?:\s+(asc|desc))?\s*$/i.exec(text) ?? [];
  if (!known.includes(key)) throw errors.INVALID('order_by', `'${text}'. Valid keys are ${known.join(', ')}`);
  return { key, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
}

/** MLflow's page token: base64 of `{"offset": n}`. */
const writeToken = (offset: number): string => Buffer.from(JSON.stringify({ offset })).toString('base64');

function readToken(token: string | undefined): number {
  if (token === undefined || token === '') return 0;
  try {
    const { offset } = JSON.parse(Buffer.from(token, 'base64').toString()) as { offset?: unknown };
    if (Number.isInteger(offset) && Number(offset) >= 0) return Number(offset);
  } catch {
    // Answered below, like any other token that is not one of ours.
  }
  throw errors.INVALID('page_token', 'it is not one this server gave');
}
