import Type from 'typebox';
import type { EngineRoutes } from '../app.ts';
import { forward } from '../platform/forward.ts';

const Name = Type.Optional(Type.String({ minLength: 1, maxLength: 128 }));
const Query = Type.Object(
  { model: Name, version: Name, region: Name, channel: Name, window: Name, by: Name },
  { additionalProperties: false },
);

/** What the models get and say against what they were trained on, as the monitor answers it. */
const routes: EngineRoutes = (app, platform) => {
  app.get('/v1/drift', { schema: { querystring: Query } }, (request) =>
    forward(platform, request, {
      service: 'monitor',
      method: 'GET',
      path: `/v1/drift?${new URLSearchParams(request.query)}`,
    }),
  );
};
export default routes;
