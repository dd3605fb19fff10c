import Type from 'typebox';
import { type FeatureView, viewId } from '../../../lib/features/view.ts';
import { actorOf, requireToken } from '../../../lib/kit/http.ts';
import { definitionOf, errors } from '../definitions.ts';
import type { RouteContext } from './context.ts';

/** Writes nightly snapshots on demand: ours, and Feast's call for the same. */
export function addMaterializeRoutes(context: RouteContext): void {
  const { app, definitions, nightly, clock, audit, token } = context;

  const materialize = async (view: FeatureView, now: number, actor: string) => {
    const { as_of, rows } = await nightly.materialize(view, now);
    const written = { as_of: new Date(as_of).toISOString(), rows };
    await audit.record({
      actor,
      action: 'features.materialize',
      object: `view/${viewId(view)}`,
      before: null,
      after: written,
    });
    return { view: viewId(view), ...written };
  };

  app.post(
    '/v1/materialize',
    {
      preHandler: requireToken(token),
      schema: {
        body: Type.Object({ view: Type.String({ default: 'fraud@1' }) }, { additionalProperties: false }),
      },
    },
    async (request) =>
      materialize(definitionOf(definitions, request.body.view).view, clock.now(), actorOf(request)),
  );

  app.post(
    '/materialize-incremental',
    {
      preHandler: requireToken(token),
      schema: {
        body: Type.Object({
          end_ts: Type.String({ description: 'business time up to which to materialize' }),
          feature_views: Type.Optional(Type.Array(Type.String())),
        }),
      },
    },
    async (request) => {
      const end = Date.parse(request.body.end_ts);
      if (Number.isNaN(end))
        throw errors.RANGE_INVALID('end_ts', 'must be a time, for example 2025-03-03T00:00:00');
      const wanted = request.body.feature_views;
      const views = [...definitions.values()]
        .map(({ view }) => view)
        .filter(
          (view) => wanted === undefined || wanted.includes(view.name) || wanted.includes(viewId(view)),
        );
      for (const view of views) await materialize(view, Math.min(end, clock.now()), actorOf(request));
      return null; // as Feast answers
    },
  );
}
