import type { App } from '../../../lib/kit/http.ts';
import type { Context } from '../context.ts';
import { addRegisteredModelAliases } from './aliases.ts';
import { answerError } from './errors.ts';
import { addRegisteredModels } from './models.ts';
import { addModelVersions } from './versions.ts';

/** MLflow's model registry over REST, so that its own client works: the same state as /v1, in MLflow's words. */
export function addMlflow(app: App, context: Context): void {
  app.register(
    async (scope: App) => {
      scope.setErrorHandler(answerError);
      scope.setNotFoundHandler((request, reply) =>
        reply.code(404).send({
          error_code: 'ENDPOINT_NOT_FOUND',
          message: `No API found for '${request.method} ${request.url.split('?')[0]}'`,
        }),
      );
      addRegisteredModels(scope, context);
      addRegisteredModelAliases(scope, context);
      addModelVersions(scope, context);
    },
    { prefix: '/api/2.0/mlflow' },
  );
}
