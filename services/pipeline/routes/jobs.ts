import Type from 'typebox';
import type { Audit } from '../../../lib/kit/audit.ts';
import { type App, actorOf, requireToken } from '../../../lib/kit/http.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Runner } from '../runs/runner.ts';
import type { Runs } from '../runs/store.ts';

export interface JobRoutes {
  catalogue: Catalogue;
  runner: Runner;
  runs: Runs;
  audit: Audit;
  adminToken: string;
}

export function addJobs(app: App, { catalogue, runner, runs, audit, adminToken }: JobRoutes): void {
  app.get('/v1/jobs', () => ({
    jobs: catalogue.names().map((name) => {
      const { description, parameters, timeoutSeconds } = catalogue.get(name);
      const [last] = runs.list({ job: name, limit: 1 });
      return {
        ...{ name, description, timeout_seconds: timeoutSeconds, parameters: Type.Object(parameters) },
        last_run: last ? { id: last.id, status: last.status, started_at: last.started_at } : null,
      };
    }),
  }));

  app.post(
    '/v1/jobs/:job/runs',
    {
      preHandler: requireToken(adminToken),
      schema: {
        params: Type.Object({ job: Type.String() }),
        body: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
      },
    },
    async (request, reply) => {
      const { job } = request.params;
      const actor = actorOf(request);
      const run = runner.start(job, request.body ?? {}, actor);
      await audit.record({
        actor,
        action: 'pipeline.run.start',
        object: `job/${job}`,
        before: null,
        after: { run: run.id, parameters: run.parameters },
        reason: request.headers['x-reason'] as string | undefined,
      });
      return reply.code(202).header('location', `/v1/runs/${run.id}`).send(run);
    },
  );
}
