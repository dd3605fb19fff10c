import Type from 'typebox';
import type { ModelVersion } from '../../lib/contract/registry.ts';
import { AppError } from '../../lib/kit/errors.ts';
import type { EngineRoutes } from '../app.ts';
import { forward } from '../platform/forward.ts';
import { recorded } from '../platform/recorded.ts';

const Name = Type.String({ pattern: '^[A-Za-z0-9_-]+$' });
const closed = { additionalProperties: false } as const;
const CHAMPION = 'champion';

interface AuditRecord {
  before: { version?: string } | null;
  after: { version?: string } | null;
}

/** Versions of models, and which one is champion. */
const routes: EngineRoutes = (app, platform) => {
  app.get('/v1/models/:name', { schema: { params: Type.Object({ name: Name }) } }, async (request) => {
    const at = (path: string) => ({ service: 'registry', method: 'GET', path }) as const;
    const [{ versions }, deployments] = await Promise.all([
      forward(platform, request, at(`/v1/models/${request.params.name}/versions`)) as Promise<{
        versions: ModelVersion[];
      }>,
      forward(platform, request, at('/v1/deployments')),
    ]);
    return { versions, deployments };
  });

  const Promotion = Type.Object(
    {
      version: Type.Optional(
        Type.String({ pattern: '^[0-9]+$', description: 'default: the champion before' }),
      ),
      reason: Type.Optional(Type.String({ maxLength: 500 })),
    },
    closed,
  );
  app.put(
    '/v1/models/:name/champion',
    { schema: { params: Type.Object({ name: Name }), body: Promotion } },
    async (request) => {
      const { name } = request.params;
      const object = `model/${name}/aliases/${CHAMPION}`;
      const version = request.body.version ?? (await championBefore(request, name, object));
      const what = { action: 'model.alias.set', object, details: { version } };
      return recorded(platform, request, what, () =>
        forward(platform, request, {
          service: 'registry',
          method: 'PUT',
          path: `/v1/models/${name}/aliases/${CHAMPION}`,
          body: { ...request.body, version },
        }),
      );
    },
  );

  async function championBefore(request: Parameters<typeof forward>[1], name: string, object: string) {
    const path = `/v1/audit?action=model.alias.set&object=${encodeURIComponent(object)}&limit=1`;
    const { records } = (await forward(platform, request, { service: 'registry', method: 'GET', path })) as {
      records: AuditRecord[];
    };
    const version = records[0]?.before?.version;
    if (version === undefined) {
      throw new AppError('ENGINE_NO_CHAMPION_BEFORE', 409, `${name} had no other champion to go back to`);
    }
    return version;
  }
};
export default routes;
