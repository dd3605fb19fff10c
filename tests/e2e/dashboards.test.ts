import { describe, inject, it } from 'vitest';
import { panelsOf } from '../../infra/grafana/dashboard.ts';
import { loadDashboards } from '../../infra/grafana/load.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { DrillPlatform } from '../support/drill.ts';

const platform = new DrillPlatform({ base: inject('drillBase'), home: inject('drillHome') });
const queries = (await loadDashboards()).flatMap((dashboard) =>
  panelsOf(dashboard).flatMap(({ title, queries }) =>
    queries.map(({ expr }) => [`${dashboard.uid}: ${title}`, expr] as const),
  ),
);

interface Answer {
  status: string;
  error?: string;
  data?: { result: unknown[] };
}

/** Samples the query has now. @throws what Prometheus says is wrong with it */
async function samplesOf(expr: string): Promise<number> {
  const url = `${platform.url('prometheus')}/api/v1/query?${new URLSearchParams({ query: expr })}`;
  const { status, error, data } = (await (await fetch(url)).json()) as Answer;
  if (status !== 'success') throw new Error(error);
  return data!.result.length;
}

// Labels, and windows of days, need some minutes of a platform that has just opened.
describe('every query of every panel has data in a running platform', () => {
  it.each(queries)(
    '%s: %s',
    async (_panel, expr) => {
      await waitFor('a sample', async () => (await samplesOf(expr)) > 0, {
        deadlineMs: 240_000,
        everyMs: 1_000,
      });
    },
    250_000,
  );
});
