import { expect, it } from 'vitest';
import { parseSeries } from './scrape.ts';

const TEXT = `# HELP a_total things
# TYPE a_total counter
a_total 3
a_total_more 9
b{view="fraud",partition="0"} 12.5
b{view="fraud",partition="1"} 1e3
b{text="with \\"quotes\\" and, commas"} +Inf
`;

it('reads values with and without labels, and only of the metric asked for', () => {
  expect(parseSeries(TEXT, 'a_total')).toEqual([{ labels: {}, value: 3 }]);
  expect(parseSeries(TEXT, 'b').slice(0, 2)).toEqual([
    { labels: { view: 'fraud', partition: '0' }, value: 12.5 },
    { labels: { view: 'fraud', partition: '1' }, value: 1000 },
  ]);
  expect(parseSeries(TEXT, 'b')[2]?.labels.text).toBe('with \\"quotes\\" and, commas');
  expect(parseSeries(TEXT, 'c')).toEqual([]);
});
