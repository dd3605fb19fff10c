import type { FastifyRequest } from 'fastify';
import type { App } from '../../../lib/kit/http.ts';
import { authorOf, type Context } from '../context.ts';
import type { Version } from '../store/versions.ts';
import { sourceOf, toModelVersion } from './entities.ts';
import { errors } from './errors.ts';
import { Parameters, toStage } from './parameters.ts';
import { search } from './search.ts';
import { baseOf } from './url.ts';

const ORDERABLE = ['name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'];

/** `/model-versions/*`. Versions made here are metadata: only ours come with a manifest and an artifact. */
export function addModelVersions(app: App, { store, authorized }: Context): void {
  const { versions } = store;
  const answer = (version: Version, request: FastifyRequest) => ({
    model_version: toModelVersion(version, baseOf(request)),
  });
  const changing = { preHandler: authorized };

  app.post('/model-versions/create', changing, (request) => {
    const given = new Parameters(request);
    const version = {
      source: given.text('source'),
      runId: given.optional('run_id'),
      runLink: given.optional('run_link'),
      description: given.optional('description'),
      tags: given.tags(),
    };
    return answer(versions.create(given.model(), version, authorOf(request)), request);
  });

  app.get('/model-versions/get', (request) => {
    const given = new Parameters(request);
    return answer(versions.get(given.model(), given.version()), request);
  });

  app.get('/model-versions/get-download-uri', (request) => {
    const given = new Parameters(request);
    return { artifact_uri: sourceOf(versions.get(given.model(), given.version()), baseOf(request)) };
  });

  app.get('/model-versions/search', (request) => {
    const { page, next_page_token } = search(versions.list(), new Parameters(request), {
      filterBy: [...ORDERABLE, 'run_id', 'source_path'],
      orderBy: ORDERABLE,
      usualOrder: ['last_updated_timestamp desc'],
      tieBreak: ['name', 'version_number desc'],
      largest: 200_000,
      usual: 10_000,
      describe: (version) => ({
        attributes: {
          name: version.model,
          version_number: Number(version.version),
          run_id: version.runId,
          source_path: version.source,
          creation_timestamp: version.createdMs,
          last_updated_timestamp: version.updatedMs,
        },
        tags: version.tags,
      }),
    });
    return { model_versions: page.map((version) => answer(version, request).model_version), next_page_token };
  });

  app.patch('/model-versions/update', changing, (request) => {
    const given = new Parameters(request);
    const description = given.optional('description') ?? '';
    const version = versions.describe(given.model(), given.version(), description, authorOf(request));
    return answer(version, request);
  });

  app.post('/model-versions/transition-stage', changing, (request) => {
    const given = new Parameters(request);
    const stage = toStage(given.text('stage'));
    const archive = given.flag('archive_existing_versions');
    if (archive && stage !== 'Staging' && stage !== 'Production') {
      throw errors.INVALID('archive_existing_versions', `'${stage}' is not an Active stage`);
    }
    const version = versions.moveTo(given.model(), given.version(), stage, archive, authorOf(request));
    return answer(version, request);
  });

  app.delete('/model-versions/delete', changing, (request) => {
    const given = new Parameters(request);
    versions.delete(given.model(), given.version(), authorOf(request));
    return {};
  });

  app.post('/model-versions/set-tag', changing, (request) => {
    const given = new Parameters(request);
    const [key, value] = [given.text('key'), given.optional('value') ?? ''];
    versions.setTag(given.model(), given.version(), key, value, authorOf(request));
    return {};
  });

  app.delete('/model-versions/delete-tag', changing, (request) => {
    const given = new Parameters(request);
    versions.deleteTag(given.model(), given.version(), given.text('key'), authorOf(request));
    return {};
  });
}
