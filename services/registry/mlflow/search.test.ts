import { expect, test } from 'vitest';
import { Parameters } from './parameters.ts';
import { search } from './search.ts';

const OPTIONS = {
  filterBy: ['size'],
  orderBy: ['size'],
  usualOrder: ['size'],
  tieBreak: [],
  describe: (size: number) => ({ attributes: { size }, tags: {} }),
  largest: 10,
  usual: 2,
};
const run = (query: object) => search([3, 1, 2], new Parameters({ query } as never), OPTIONS);

test('pages follow each other and the last one has no token', () => {
  const first = run({});
  expect(first.page).toEqual([1, 2]);
  expect(run({ page_token: first.next_page_token })).toEqual({ page: [3] });
});

test('orders by what is asked for and filters first', () => {
  expect(run({ order_by: 'size DESC', filter: 'size > 1' }).page).toEqual([3, 2]);
});

test.each([
  [{ max_results: '0' }, 'max_results'],
  [{ max_results: '11' }, 'max_results'],
  [{ page_token: 'bm9uc2Vuc2U=' }, 'page_token'],
  [{ order_by: 'colour' }, 'order_by'],
])('%j names %s', (query, field) => {
  expect(() => run(query)).toThrow(expect.objectContaining({ field }));
});
