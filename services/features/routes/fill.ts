import Type from 'typebox';
import { viewId } from '../../../lib/features/view.ts';
import { actorOf, requireToken } from '../../../lib/kit/http.ts';
import { definitionOf } from '../definitions.ts';
import type { RouteContext } from './context.ts';

/**
 * `/v1/fill` makes online rows anew from lake and log, for when what is in them is wrong; `/v1/cold/fill` copies them
 * into the cold store. They answer when it is done.
 */
export function addFillRoutes({ app, definitions, nightly, cold, audit, token }: RouteContext): void {
  app.post(
    '/v1/fill',
    {
      preHandler: requireToken(token),
      schema: {
        body: Type.Object({ view: Type.String({ default: 'fraud@1' }) }, { additionalProperties: false }),
      },
    },
    async (request) => {
      const { view } = definitionOf(definitions, request.body.view);
      await audit.record({
        actor: actorOf(request),
        action: 'features.fill',
        object: `view/${viewId(view)}`,
        before: null,
        after: null,
      });
      await nightly.refill(view);
      return { view: viewId(view) };
    },
  );

  app.post(
    '/v1/cold/fill',
    {
      preHandler: requireToken(token),
      schema: {
        body: Type.Object({ view: Type.String({ default: 'fraud@1' }) }, { additionalProperties: false }),
      },
    },
    async (request) => {
      const { view } = definitionOf(definitions, request.body.view);
      await audit.record({
        actor: actorOf(request),
        action: 'features.cold.fill',
        object: `view/${viewId(view)}`,
        before: null,
        after: null,
      });
      return { view: viewId(view), rows: await cold.copy(view) };
    },
  );
}
