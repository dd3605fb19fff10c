import { errors } from './errors.ts';

/** What a filter looks at: attributes by name, and tags. */
export interface Filterable {
  attributes: Record<string, string | number>;
  tags: Record<string, string>;
}

const CLAUSE =
  /^\s*(?:(attributes?|tags?)\.)?(?:`([^`]+)`|"([^"]+)"|([\w.-]+))\s*(!=|>=|<=|=|>|<|not\s+in\b|in\b|i?like\b)\s*('(?:[^']|'')*'|"[^"]*"|-?\d+(?:\.\d+)?|\([^)]*\))\s*(?:and\b|$)/i;

/**
 * MLflow's search language: `name = 'fraud' and tags.team LIKE 'risk%' and version_number > 3`.
 * @param attributes names that may be asked for
 * @throws AppError MLFLOW_INVALID naming the part that is not understood
 */
export function parseFilter(filter: string, attributes: readonly string[]): (item: Filterable) => boolean {
  const tests: ((item: Filterable) => boolean)[] = [];
  let rest = filter.trim();
  while (rest !== '') {
    const found = CLAUSE.exec(rest);
    if (!found) throw errors.INVALID('filter', `cannot read '${rest}'`);
    const [whole, kind = 'attribute', ticked, quoted, plain, operator = '', operand = ''] = found;
    const key = ticked ?? quoted ?? plain ?? '';
    const isTag = kind.toLowerCase().startsWith('tag');
    if (!isTag && !attributes.includes(key)) {
      throw errors.INVALID('filter', `attribute '${key}' is not one of ${attributes.join(', ')}`);
    }
    tests.push(toTest(isTag, key, operator.toUpperCase().replace(/\s+/, ' '), operand));
    rest = rest.slice(whole.length).trim();
    if (rest === '' && /and\s*$/i.test(whole)) throw errors.INVALID('filter', 'it ends in AND');
  }
  return (item) => tests.every((test) => test(item));
}

function toTest(isTag: boolean, key: string, operator: string, operand: string) {
  const compare = comparison(operator, operand);
  return ({ attributes, tags }: Filterable): boolean => {
    const value = isTag ? tags[key] : attributes[key];
    // MLflow's client asks every search for "not a prompt"; what has no such tag is none.
    if (value === undefined && key === 'mlflow.prompt.is_prompt') return compare('false');
    return value !== undefined && compare(value);
  };
}

const unquote = (text: string): string =>
  text
    .trim()
    .replace(/^(['"])([\s\S]*)\1$/, '$2')
    .replaceAll("''", "'");

function comparison(operator: string, operand: string): (value: string | number) => boolean {
  const wanted = unquote(operand);
  const order = (value: string | number) =>
    typeof value === 'number' ? value - Number(wanted) : value < wanted ? -1 : Number(value > wanted);
  switch (operator) {
    case '=':
      return (value) => order(value) === 0;
    case '!=':
      return (value) => order(value) !== 0;
    case '>':
      return (value) => order(value) > 0;
    case '>=':
      return (value) => order(value) >= 0;
    case '<':
      return (value) => order(value) < 0;
    case '<=':
      return (value) => order(value) <= 0;
    case 'LIKE':
    case 'ILIKE': {
      const pattern = wanted
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('%', '.*')
        .replaceAll('_', '.');
      const expression = new RegExp(`^${pattern}$`, operator === 'ILIKE' ? 'is' : 's');
      return (value) => expression.test(String(value));
    }
    default: {
      if (!operand.startsWith('(')) throw errors.INVALID('filter', `${operator} needs a list in parentheses`);
      const members = new Set(operand.slice(1, -1).split(',').map(unquote));
      return (value) => members.has(String(value)) === (operator === 'IN');
    }
  }
}
