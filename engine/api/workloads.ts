import Type from 'typebox';
import type { EngineRoutes } from '../app.ts';
import { recorded } from '../platform/recorded.ts';

const Named = Type.Object({ name: Type.String() });
const closed = { additionalProperties: false } as const;
const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGCONT'] as const;

/** Operating workloads: restart, freeze, kill, scale. */
const routes: EngineRoutes = (app, platform) => {
  const { target } = platform;
  const one = async (name: string) => (await target.list()).find((workload) => workload.name === name);

  app.get('/v1/workloads', async () => ({ workloads: await target.list() }));

  for (const verb of ['restart', 'pause', 'resume'] as const) {
    app.post(`/v1/workloads/:name/${verb}`, { schema: { params: Named } }, async (request) => {
      const { name } = request.params;
      const what = { action: verb, object: `workload/${name}` };
      await recorded(platform, request, what, () => target[verb](name));
      return one(name);
    });
  }

  const Kill = Type.Object(
    {
      replica: Type.Optional(Type.Integer({ minimum: 0 })),
      signal: Type.Optional(Type.Unsafe<(typeof SIGNALS)[number]>({ enum: [...SIGNALS] })),
    },
    closed,
  );
  app.post('/v1/workloads/:name/kill', { schema: { params: Named, body: Kill } }, async (request) => {
    const { name } = request.params;
    const what = { action: 'kill', object: `workload/${name}`, details: request.body };
    await recorded(platform, request, what, () => target.kill(name, request.body));
    return one(name);
  });

  const Scale = Type.Object({ replicas: Type.Integer({ minimum: 0 }) }, closed);
  app.put('/v1/workloads/:name/replicas', { schema: { params: Named, body: Scale } }, async (request) => {
    const { name } = request.params;
    const what = { action: 'scale', object: `workload/${name}`, details: request.body };
    await recorded(platform, request, what, () => target.scale(name, request.body.replicas));
    return one(name);
  });
};
export default routes;
