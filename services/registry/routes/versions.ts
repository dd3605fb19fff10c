import Type from 'typebox';
import { ModelManifestSchema } from '../../../lib/contract/registry.ts';
import type { App } from '../../../lib/kit/http.ts';
import { authorOf, type Context } from '../context.ts';
import { checkManifest } from '../manifest.ts';
import { verifyStored } from '../promotion.ts';
import { toModelVersion } from './answer.ts';
import { Name, Reason, Tags, VersionNumber } from './parameters.ts';

const NewVersionSchema = Type.Object(
  {
    manifest: ModelManifestSchema,
    tags: Type.Optional(Tags),
    description: Type.Optional(Type.String({ maxLength: 5_000 })),
    reason: Reason,
  },
  { additionalProperties: false },
);
const One = Type.Object({ name: Name, version: VersionNumber });

export function addVersions(app: App, { store, artifacts, authorized }: Context): void {
  const { models, versions, deployments } = store;

  app.get('/v1/models/:name/versions', { schema: { params: Type.Object({ name: Name }) } }, (request) => {
    const { name } = models.get(request.params.name);
    const complete = versions.list(name).filter(({ manifest }) => manifest !== null);
    return { versions: complete.map(toModelVersion) };
  });

  app.get('/v1/models/:name/versions/:version', { schema: { params: One } }, (request) =>
    toModelVersion(versions.get(request.params.name, request.params.version)),
  );

  app.get('/v1/models/:name/versions/:version/lineage', { schema: { params: One } }, (request) => {
    const { name, version, created_at, created_by, aliases, manifest } = toModelVersion(
      versions.get(request.params.name, request.params.version),
    );
    const { digest, algorithm, run_id, code_version, dataset, feature_view, parameters } = manifest;
    const served = deployments.list().filter((one) => one.model === name && one.digest === digest);
    return {
      ...{ name, version, created_at, created_by, digest, algorithm, run_id, code_version },
      ...{ dataset, feature_view, parameters, aliases },
      served_in: served.map(({ region, confirmed_at }) => ({ region, confirmed_at })),
    };
  });

  app.post(
    '/v1/models/:name/versions',
    { preHandler: authorized, schema: { params: Type.Object({ name: Name }), body: NewVersionSchema } },
    async (request, reply) => {
      const { name } = request.params;
      const { manifest, tags, description, reason } = request.body;
      checkManifest(manifest);
      await verifyStored(artifacts, manifest.digest);
      const author = authorOf(request, reason);
      if (!models.find(name)) models.create(name, {}, author);
      const version = versions.create(
        name,
        { source: manifest.digest, manifest, runId: manifest.run_id, tags, description },
        author,
      );
      return reply.code(201).send(toModelVersion(version));
    },
  );
}
