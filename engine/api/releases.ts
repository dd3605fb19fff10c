import Type from 'typebox';
import { actorOf } from '../../lib/kit/http.ts';
import type { EngineRoutes } from '../app.ts';
import { recorded } from '../platform/recorded.ts';

const Named = Type.Object({ name: Type.String() });
const closed = { additionalProperties: false } as const;
const Settings = Type.Record(Type.String(), Type.Unknown());
const Reason = Type.Optional(Type.String({ maxLength: 500 }));

/** Revisions of a service and its live settings. */
const routes: EngineRoutes = (app, platform) => {
  const { target } = platform;

  app.get('/v1/workloads/:name/revisions', { schema: { params: Named } }, async ({ params }) => ({
    revisions: await target.revisions(params.name),
  }));

  const Counted = Type.Optional(Type.Integer({ minimum: 1 }));
  const Two = Type.Object({ revision: Counted, against: Counted }, closed);
  app.get('/v1/workloads/:name/diff', { schema: { params: Named, querystring: Two } }, ({ params, query }) =>
    target.diff(params.name, query),
  );

  const Change = Type.Object(
    {
      environment: Type.Optional(
        Type.Record(Type.String({ pattern: '^[A-Z][A-Z0-9_]*$' }), Type.Union([Type.String(), Type.Null()])),
      ),
      settings: Type.Optional(Settings),
      reason: Reason,
    },
    closed,
  );
  app.post('/v1/workloads/:name/revisions', { schema: { params: Named, body: Change } }, (request) => {
    const { name } = request.params;
    const what = { action: 'apply', object: `workload/${name}`, details: request.body };
    const change = { ...request.body, actor: actorOf(request) };
    return recorded(platform, request, what, () => target.apply(name, change));
  });

  const Undo = Type.Object({ revision: Type.Optional(Type.Integer({ minimum: 1 })), reason: Reason }, closed);
  app.post('/v1/workloads/:name/undo', { schema: { params: Named, body: Undo } }, (request) => {
    const { name } = request.params;
    const what = { action: 'undo', object: `workload/${name}`, details: request.body };
    const options = { ...request.body, actor: actorOf(request) };
    return recorded(platform, request, what, () => target.undo(name, options));
  });

  app.get('/v1/workloads/:name/settings', { schema: { params: Named } }, async ({ params }) => ({
    settings: await target.settings(params.name),
  }));

  const Patch = Type.Object({ settings: Settings, reason: Reason }, closed);
  app.patch('/v1/workloads/:name/settings', { schema: { params: Named, body: Patch } }, (request) => {
    const { name } = request.params;
    const { settings } = request.body;
    // The names the services themselves use in the audit trail: one change is one object there and here.
    const what = { action: 'settings.patch', object: `settings/${name}`, details: { settings } };
    const change = { ...request.body, actor: actorOf(request) };
    return recorded(platform, request, what, () => target.configure(name, change));
  });
};
export default routes;
