import Type from 'typebox';
import { DigestSchema } from '../../../lib/contract/registry.ts';
import type { App } from '../../../lib/kit/http.ts';
import type { Context } from '../context.ts';

export function addArtifacts(app: App, { artifacts, authorized }: Context): void {
  app.register(async (scope: App) => {
    // Whatever the content type, the body goes to disk as the stream it is; only this route sees it so.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    scope.put(
      '/v1/artifacts',
      {
        preHandler: authorized,
        schema: { querystring: Type.Object({ digest: Type.Optional(DigestSchema) }) },
      },
      async (request, reply) => {
        // Without a content type Fastify parses nothing and the bytes are still on the wire.
        const body = (request.body ?? request.raw) as AsyncIterable<Buffer>;
        return reply.code(201).send(await artifacts.put(body, request.query.digest));
      },
    );
  });

  app.get(
    '/v1/artifacts/:digest',
    { schema: { params: Type.Object({ digest: Type.String() }) } },
    async (request, reply) => {
      const { digest, bytes, stream } = await artifacts.read(request.params.digest);
      return reply
        .header('content-type', 'application/octet-stream')
        .header('content-length', bytes)
        .header('etag', `"${digest}"`)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(stream);
    },
  );
}
