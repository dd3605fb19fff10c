import Type from 'typebox';
import { type FeatureView, viewId } from '../../../lib/features/view.ts';
import { actorOf, requireToken } from '../../../lib/kit/http.ts';
import { definitionOf } from '../definitions.ts';
import type { RouteContext } from './context.ts';

/**
 * `/v1/fill` makes online rows anew from lake and log, for when what is in them is wrong; `/v1/cold/fill` copies them
 * into the cold store. They answer when it is done.
 */
export function addFillRoutes({ app, definitions, nightly, cold, audit, token }: RouteContext): void {
  const add = (url: string, action: string, fill: (view: FeatureView) => Promise<object>) =>
    app.post(
      url,
      {
        preHandler: requireToken(token),
        schema: {
          body: Type.Object({ view: Type.String({ default: 'fraud@1' }) }, { additionalProperties: false }),
        },
      },
      async (request) => {
        const { view } = definitionOf(definitions, request.body.view);
        const object = `view/${viewId(view)}`;
        await audit.record({ actor: actorOf(request), action, object, before: null, after: null });
        return { view: viewId(view), ...(await fill(view)) };
      },
    );

  add('/v1/fill', 'features.fill', async (view) => {
    await nightly.refill(view);
    return {};
  });
  add('/v1/cold/fill', 'features.cold.fill', async (view) => ({ rows: await cold.copy(view) }));
}
