import type { FastifyError } from 'fastify';
import { messageOf } from '../../../lib/kit/errors.ts';
import type { App } from '../../../lib/kit/http.ts';
import type { Admission } from '../../../lib/kit/pressure/admission.ts';
import { type Service, VERSION } from '../../../lib/kit/service.ts';
import type { Serving } from '../models/serving.ts';
import { addModels } from './models.ts';
import { addRepository } from './repository.ts';

/**
 * The Open Inference Protocol, version 2, over REST (kserve/open-inference-protocol): any client of Triton, KServe
 * or MLServer can call the model with features of its own. Errors are `{"error": string}` as the protocol says.
 */
export function addOpenInference(
  app: App,
  service: Pick<Service, 'adminToken' | 'audit'>,
  serving: Serving,
  admission: Admission,
): void {
  app.register(
    async (scope) => {
      scope.setErrorHandler((error: FastifyError & { status?: number }, request, reply) => {
        const status = error.statusCode ?? error.status ?? 500;
        if (status >= 500) request.log.error({ err: error }, 'request failed');
        if (status === 503) reply.header('retry-after', '1');
        return reply.code(status).send({ error: messageOf(error) });
      });
      scope.setNotFoundHandler((request, reply) =>
        reply.code(404).send({ error: `there is nothing at ${request.method} ${request.url}` }),
      );

      scope.get('/', () => ({
        name: 'firedrill-inference',
        version: VERSION,
        extensions: ['model_repository'],
      }));
      scope.get('/health/live', () => ({ live: true }));
      scope.get('/health/ready', (_request, reply) => {
        const ready = serving.current !== undefined;
        return reply.code(ready ? 200 : 503).send({ ready });
      });
      addModels(scope as App, serving, admission);
      addRepository(scope as App, service, serving);
    },
    { prefix: '/v2' },
  );
}
