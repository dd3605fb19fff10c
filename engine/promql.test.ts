import { expect, test } from 'vitest';
import { syntaxErrorIn } from './promql.ts';

test.each([
  'up',
  '1',
  'sum by (le) (rate(request_seconds_bucket{region=~"eu|us"}[1m])) > 3',
  'histogram_quantile(0.99, sum by (le) (rate(x_bucket[1m] offset 5m)))',
  'a and on() b or vector(0) # a comment',
])('%s is PromQL', (query) => {
  expect(syntaxErrorIn(query)).toBeUndefined();
});

test.each([
  ['sum(rate(x[5m])) by (', 'the query ends too early'],
  ['rate(x[5m]', 'the query ends too early'],
  ['', 'the query ends too early'],
  ['foo bar', 'the query is no PromQL at character 5: bar'],
  ['up{job="a"', 'the query ends too early'],
])('%s is not', (query, why) => {
  expect(syntaxErrorIn(query)).toBe(why);
});
