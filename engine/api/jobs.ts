import Type from 'typebox';
import type { EngineRoutes } from '../app.ts';
import { forward } from '../platform/forward.ts';
import { recorded } from '../platform/recorded.ts';

const Id = Type.String({ pattern: '^[A-Za-z0-9_-]+$' });

/** Jobs of the pipeline, and the parity report of the feature paths. */
const routes: EngineRoutes = (app, platform) => {
  app.get('/v1/jobs', (request) =>
    forward(platform, request, { service: 'pipeline', method: 'GET', path: '/v1/jobs' }),
  );

  app.post(
    '/v1/jobs/:job/runs',
    {
      schema: {
        params: Type.Object({ job: Id }),
        body: Type.Record(Type.String(), Type.Unknown()),
      },
    },
    (request) => {
      const { params, body } = request;
      const what = { action: 'pipeline.run.start', object: `job/${params.job}`, details: body };
      const path = `/v1/jobs/${params.job}/runs`;
      return recorded(platform, request, what, () =>
        forward(platform, request, { service: 'pipeline', method: 'POST', path, body }),
      );
    },
  );

  app.get('/v1/runs/:id', { schema: { params: Type.Object({ id: Id }) } }, (request) =>
    forward(platform, request, { service: 'pipeline', method: 'GET', path: `/v1/runs/${request.params.id}` }),
  );

  const Entities = Type.Object({ entities: Type.Integer({ minimum: 1, maximum: 2_000, default: 100 }) });
  app.get('/v1/parity', { schema: { querystring: Entities } }, (request) =>
    forward(platform, request, {
      service: 'features',
      method: 'GET',
      path: `/v1/parity?entities=${request.query.entities}`,
    }),
  );
};
export default routes;
