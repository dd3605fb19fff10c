import Type from 'typebox';
import { definitionOf } from '../definitions.ts';
import type { RouteContext } from './context.ts';

/** The definitions, for people and for whoever reads the rows. */
export function addViewRoutes({ app, definitions }: RouteContext): void {
  app.get('/v1/views', () => ({
    views: [...definitions.values()].map(({ view }) => ({
      name: view.name,
      version: view.version,
      description: view.description,
      owner: view.owner,
      features: view.features.map(({ name }) => name),
    })),
  }));

  app.get(
    '/v1/views/:name/versions/:version',
    { schema: { params: Type.Object({ name: Type.String(), version: Type.Integer({ minimum: 1 }) }) } },
    (request) => {
      const { view, yaml } = definitionOf(definitions, `${request.params.name}@${request.params.version}`);
      return { ...view, yaml };
    },
  );
}
