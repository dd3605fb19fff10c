import Type from 'typebox';
import { definitionOf } from '../definitions.ts';
import type { RouteContext } from './context.ts';

/** Do both paths give the same numbers? Runs when asked, in a process of its own. */
export function addParityRoutes({ app, definitions, jobs, metrics }: RouteContext): void {
  const ratios = metrics.gauge('firedrill_feature_parity_mismatch_ratio');

  app.get(
    '/v1/parity',
    {
      schema: {
        querystring: Type.Object({
          view: Type.String({ default: 'fraud@1' }),
          entities: Type.Integer({ default: 100, minimum: 1, maximum: 2_000 }),
        }),
      },
    },
    async ({ query: { view, entities } }) => {
      definitionOf(definitions, view);
      const report = await jobs.run('parity', { view, entities });
      for (const { name, ratio } of report.features) ratios.set({ view, feature: name }, ratio);
      return report;
    },
  );
}
