import { messageOf } from '../../../lib/kit/errors.ts';
import { type App, actorOf, requireToken } from '../../../lib/kit/http.ts';
import type { Service } from '../../../lib/kit/service.ts';
import type { Serving } from '../models/serving.ts';
import { errors } from './errors.ts';
import { type ModelPath, ModelPathSchema, RepositoryIndexSchema } from './schemas.ts';

/** The model repository extension: what there is, load, unload. Loading and unloading need the platform's token. */
export function addRepository(
  app: App,
  { adminToken, audit }: Pick<Service, 'adminToken' | 'audit'>,
  serving: Serving,
): void {
  const changing = { preHandler: requireToken(adminToken), schema: { params: ModelPathSchema } };
  const know = ({ model }: ModelPath) => {
    if (model !== serving.name) throw errors.MODEL_UNKNOWN(model, serving.name);
  };

  app.post('/repository/index', { schema: { body: RepositoryIndexSchema } }, ({ body }) => {
    const { current, name, problem } = serving;
    const version = current?.identity.version;
    const state = current ? 'READY' : 'UNAVAILABLE';
    const entry = { name, ...(version && { version }), state, reason: problem ?? '' };
    return body?.ready === true && !current ? [] : [entry];
  });

  app.post('/repository/models/:model/load', changing, async (request) => {
    know(request.params);
    const before = serving.current?.identity ?? null;
    const { identity: after } = await serving.load().catch((error: unknown) => {
      throw errors.LOAD_FAILED(serving.name, messageOf(error));
    });
    const object = `model/${serving.name}`;
    await audit.record({ actor: actorOf(request), action: 'model.load', object, before, after });
    return {};
  });

  app.post('/repository/models/:model/unload', changing, async (request) => {
    know(request.params);
    const before = serving.current?.identity ?? null;
    await serving.unload();
    const object = `model/${serving.name}`;
    await audit.record({ actor: actorOf(request), action: 'model.unload', object, before, after: null });
    return {};
  });
}
