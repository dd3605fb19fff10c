import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import type { App } from '../../../lib/kit/http.ts';
import { authorOf, type Context } from '../context.ts';
import { promote } from '../promotion.ts';
import { toModelVersion } from './answer.ts';
import { Alias, Name, Reason, VersionNumber } from './parameters.ts';

const One = Type.Object({ name: Name, alias: Alias });

export function addAliases(app: App, context: Context): void {
  const { store, authorized } = context;
  // Replicas ask every second. The journal's revision tells for free that nothing changed; the random part keeps
  // a database restored from a snapshot, whose revisions repeat, from being taken for the one before.
  const epoch = randomUUID();

  app.get('/v1/models/:name/aliases/:alias', { schema: { params: One } }, (request, reply) => {
    const etag = `"${epoch}.${store.journal.revision()}"`;
    reply.header('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.code(304).header('etag', etag).send();
    const version = toModelVersion(store.aliases.get(request.params.name, request.params.alias));
    return reply.header('etag', etag).send(version);
  });

  app.put(
    '/v1/models/:name/aliases/:alias',
    {
      preHandler: authorized,
      schema: {
        params: One,
        body: Type.Object({ version: VersionNumber, reason: Reason }, { additionalProperties: false }),
      },
    },
    async (request) => {
      const { name, alias } = request.params;
      const { version, reason } = request.body;
      return toModelVersion(
        await promote(context, { model: name, alias, version }, authorOf(request, reason)),
      );
    },
  );

  app.delete(
    '/v1/models/:name/aliases/:alias',
    {
      preHandler: authorized,
      schema: { params: One, querystring: Type.Object({ reason: Reason }) },
    },
    (request, reply) => {
      const body = request.body as { reason?: unknown } | undefined;
      const reason = typeof body?.reason === 'string' ? body.reason : request.query.reason;
      store.aliases.delete(request.params.name, request.params.alias, authorOf(request, reason));
      return reply.code(204).send();
    },
  );
}
