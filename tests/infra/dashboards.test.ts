import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { syntaxErrorIn } from '../../engine/promql.ts';
import { panelsOf, toGrafana } from '../../infra/grafana/dashboard.ts';
import { loadDashboards } from '../../infra/grafana/load.ts';
import { FOREIGN, metricsIn, registered } from '../support/promql.ts';

const INFRA = new URL('../../infra/', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, INFRA), 'utf8');

const dashboards = await loadDashboards();
const recorded = new Set(
  readdirSync(new URL('prometheus/rules/', INFRA)).flatMap((file) =>
    (
      parse(textOf(`prometheus/rules/${file}`)) as { groups: { rules: { record?: string }[] }[] }
    ).groups.flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? [])),
  ),
);

test('there are dashboards for the whole, the parts and the drill', () => {
  expect(dashboards.map(({ uid }) => uid).sort()).toEqual([
    'drill',
    'features',
    'model-quality',
    'overview',
    'serving',
  ]);
});

describe.each(dashboards.map((dashboard) => [dashboard.uid, dashboard] as const))('%s', (uid, dashboard) => {
  const panels = panelsOf(dashboard);

  test('is written for Grafana as it is here; else run: node infra/grafana/write.ts', () => {
    expect(JSON.parse(textOf(`grafana/json/${uid}.json`))).toEqual(toGrafana(dashboard));
  });

  test('has no two panels of one title', () => {
    const titles = panels.map(({ title }) => title);
    expect(titles).toEqual([...new Set(titles)]);
  });

  test.each(panels.map((panel) => [panel.title, panel] as const))(
    '%s: its queries are PromQL, of metrics that exist',
    (_title, { queries }) => {
      expect(queries).not.toHaveLength(0);
      for (const { expr } of queries) {
        expect(syntaxErrorIn(expr), expr).toBeUndefined();
        const names = metricsIn(expr);
        expect(names, expr).not.toHaveLength(0);
        const unknown = names.filter(
          (name) => !registered(name) && !recorded.has(name) && !FOREIGN.test(name),
        );
        expect(unknown, expr).toEqual([]);
      }
    },
  );
});

test('Grafana is told where dashboards and data are', () => {
  const { datasources } = parse(textOf('grafana/provisioning/datasources/datasources.yml')) as {
    datasources: { uid: string }[];
  };
  const known = datasources.map(({ uid }) => uid);
  const used = dashboards.flatMap((dashboard) => [
    ...JSON.stringify(toGrafana(dashboard)).matchAll(/"datasource":\{"type":"\w+","uid":"(\w+)"\}/g),
  ]);
  expect(used).not.toHaveLength(0);
  expect(used.map(([, uid]) => uid).filter((uid) => !known.includes(uid!))).toEqual([]);
});
