import Type from 'typebox';
import { defineProbe } from '../contract/parts.ts';
import { instantQuery } from '../prometheus.ts';
import { syntaxErrorIn } from '../promql.ts';

export default defineProbe<{ query: string }>({
  describe:
    'First value of an instant query. For symptoms; a recovery must not rest on what a candidate can edit.',
  unit: '',
  arguments: { query: Type.String({ minLength: 1 }) },
  refuse: ({ query }) => syntaxErrorIn(query),
  async read(context, { query }) {
    const value = await instantQuery(context, query);
    return { value, detail: value === undefined ? `no data for ${query}` : `${query} is ${value}` };
  },
});
