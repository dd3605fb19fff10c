import type { App } from '../../../lib/kit/http.ts';
import { authorOf, type Context } from '../context.ts';
import { errors as registryErrors } from '../errors.ts';
import { promote } from '../promotion.ts';
import { toModelVersion } from './entities.ts';
import { Parameters } from './parameters.ts';
import { baseOf } from './url.ts';

/** `/registered-models/alias`: set, follow and remove. */
export function addRegisteredModelAliases(app: App, context: Context): void {
  const { store, authorized } = context;

  app.get('/registered-models/alias', (request) => {
    const given = new Parameters(request);
    const [name, alias] = [given.model(), given.alias()];
    // `latest` follows the newest version without being set, as in MLflow.
    const newest =
      alias.toLowerCase() === 'latest' ? store.versions.list(store.models.get(name).name).at(-1) : null;
    if (newest === undefined) throw registryErrors.VERSION_UNKNOWN(name, 'latest');
    return { model_version: toModelVersion(newest ?? store.aliases.get(name, alias), baseOf(request)) };
  });

  app.post('/registered-models/alias', { preHandler: authorized }, async (request) => {
    const given = new Parameters(request);
    const to = { model: given.model(), alias: given.alias(), version: given.version() };
    await promote(context, to, authorOf(request));
    return {};
  });

  app.delete('/registered-models/alias', { preHandler: authorized }, (request) => {
    const given = new Parameters(request);
    store.aliases.delete(given.model(), given.alias(), authorOf(request), true);
    return {};
  });
}
