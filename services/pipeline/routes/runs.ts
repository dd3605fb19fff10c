import Type from 'typebox';
import { type App, actorOf, requireToken } from '../../../lib/kit/http.ts';
import type { Logs } from '../runs/logs.ts';
import type { RunStatus } from '../runs/store.ts';
import type { JobRoutes } from './jobs.ts';

const One = Type.Object({ id: Type.String() });
const Status = Type.Unsafe<RunStatus>({ type: 'string', enum: ['running', 'succeeded', 'failed'] });

export function addRuns(app: App, options: Omit<JobRoutes, 'catalogue'> & { logs: Logs }): void {
  const { runner, runs, logs, audit, adminToken } = options;

  app.get(
    '/v1/runs',
    {
      schema: {
        querystring: Type.Object(
          {
            job: Type.Optional(Type.String()),
            status: Type.Optional(Status),
            limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 50 }),
          },
          { additionalProperties: false },
        ),
      },
    },
    (request) => ({ runs: runs.list(request.query) }),
  );

  app.get('/v1/runs/:id', { schema: { params: One } }, (request) => runs.get(request.params.id));

  app.get(
    '/v1/runs/:id/logs',
    {
      schema: {
        params: One,
        querystring: Type.Object({
          bytes: Type.Optional(Type.Integer({ minimum: 1, description: 'only the end of the log' })),
        }),
      },
    },
    async (request, reply) => {
      const { id } = runs.get(request.params.id);
      const log = await logs.read(id, request.query.bytes);
      return reply.header('content-type', 'text/plain; charset=utf-8').send(log);
    },
  );

  app.post(
    '/v1/runs/:id/cancel',
    { preHandler: requireToken(adminToken), schema: { params: One } },
    async (request) => {
      const actor = actorOf(request);
      const run = await runner.cancel(request.params.id, `cancelled by ${actor}`);
      await audit.record({
        actor,
        action: 'pipeline.run.cancel',
        object: `job/${run.job}`,
        before: { run: run.id, status: 'running' },
        after: { run: run.id, status: run.status },
        reason: request.headers['x-reason'] as string | undefined,
      });
      return run;
    },
  );
}
