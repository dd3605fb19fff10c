import Type from 'typebox';
import { DigestSchema } from '../../../lib/contract/registry.ts';
import type { App } from '../../../lib/kit/http.ts';
import { authorOf, type Context } from '../context.ts';
import { Name, VersionNumber } from './parameters.ts';

const Region = Type.String({ minLength: 1, maxLength: 32, pattern: '^[a-z0-9-]+$' });

/** Desired is what the served alias points at; confirmed is what each region says it serves. */
export function addDeployments(app: App, { store, authorized, servedAlias }: Context): void {
  app.get('/v1/deployments', () => {
    const confirmations = store.deployments.list();
    const names = new Set([
      ...store.models.list().flatMap(({ name, aliases }) => (servedAlias in aliases ? [name] : [])),
      ...confirmations.map(({ model }) => model),
    ]);
    const deployments = [...names].sort().map((model) => {
      const version = store.aliases.find(model, servedAlias);
      const digest = version?.manifest?.digest;
      return {
        model,
        alias: servedAlias,
        desired: version && digest ? { version: version.version, digest } : null,
        confirmed: confirmations
          .filter((one) => one.model === model)
          .map(({ model: _model, ...one }) => ({ ...one, in_step: one.digest === digest })),
      };
    });
    return { deployments };
  });

  app.put(
    '/v1/deployments/:region',
    {
      preHandler: authorized,
      schema: {
        params: Type.Object({ region: Region }),
        body: Type.Object({ model: Name, version: VersionNumber, digest: DigestSchema }),
      },
    },
    (request) => store.deployments.confirm({ ...request.body, ...request.params }, authorOf(request)),
  );
}
