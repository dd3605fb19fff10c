import Type from 'typebox';
import { definitionOf } from '../definitions.ts';
import type { RouteContext } from './context.ts';

/** Do both paths give the same numbers? Runs when asked, in a process of its own. */
export function addParityRoutes({ app, definitions, parity }: RouteContext): void {
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
      return parity.compare(view, entities);
    },
  );
}
