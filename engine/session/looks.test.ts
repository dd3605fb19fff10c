import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OWN_QUERY } from '../prometheus.ts';
import { Looks, queriesAsked } from './looks.ts';

const logged = (query: string, more: object = { httpRequest: { path: '/api/v1/query' } }) =>
  `${JSON.stringify({ params: { query }, ts: '2026-01-01T00:00:10.000Z', ...more })}\n`;

test('sees what a person asked Prometheus, not what rules and the engine ask', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'looks-')), 'queries.log');
  const at = Date.parse('2026-01-01T00:00:10.000Z');
  expect(await queriesAsked(file, 0)).toEqual([]);
  appendFileSync(file, logged('up') + logged(`up${OWN_QUERY}`) + logged('up', { ruleGroup: { name: 'x' } }));
  appendFileSync(file, '{"params":{"que');
  expect(await queriesAsked(file, 0)).toEqual([{ at, what: 'promql up' }]);
  expect(await queriesAsked(file, at + 1)).toEqual([]);
  const looks = new Looks(file);
  looks.add('GET /v1/status');
  expect((await looks.since(0)).map(({ what }) => what)).toEqual(['promql up', 'GET /v1/status']);
});
