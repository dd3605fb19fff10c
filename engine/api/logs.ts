import { once } from 'node:events';
import Type from 'typebox';
import type { EngineRoutes } from '../app.ts';

/** One JSON document `{at, replica, text}` per line; with `follow` until the caller hangs up. */
const routes: EngineRoutes = (app, { target, lifecycle }) => {
  const ending = new AbortController();
  // Somebody who follows a log must not hold up the platform's end.
  app.addHook('preClose', async () => ending.abort());
  lifecycle.onStop('log followers', () => ending.abort());

  app.get(
    '/v1/workloads/:name/logs',
    {
      schema: {
        params: Type.Object({ name: Type.String() }),
        querystring: Type.Object({
          tail: Type.Integer({ minimum: 0, maximum: 100_000, default: 200 }),
          since: Type.Optional(Type.Number({ description: 'wall time, epoch ms' })),
          follow: Type.Boolean({ default: false }),
        }),
      },
    },
    async (request, reply) => {
      const { tail, since, follow } = request.query;
      const gone = new AbortController();
      request.raw.once('close', () => gone.abort());
      const signal = AbortSignal.any([gone.signal, ending.signal]);
      const lines = target.logs(request.params.name, {
        tail,
        ...(since !== undefined && { since }),
        ...(follow && { signal }),
      });
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
      reply.raw.flushHeaders();
      for await (const line of lines) {
        if (!reply.raw.write(`${JSON.stringify(line)}\n`)) await once(reply.raw, 'drain', { signal });
      }
      reply.raw.end();
    },
  );
};
export default routes;
