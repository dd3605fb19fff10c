import type { FastifyRequest } from 'fastify';
import type { App } from '../../../lib/kit/http.ts';
import { authorOf, type Context } from '../context.ts';
import type { Model } from '../store/models.ts';
import { latestOf, toModelVersion, toRegisteredModel } from './entities.ts';
import { Parameters, toStage } from './parameters.ts';
import { search } from './search.ts';
import { baseOf } from './url.ts';

const TIMES = ['creation_timestamp', 'last_updated_timestamp'];

/** `/registered-models/*` */
export function addRegisteredModels(app: App, { store, authorized }: Context): void {
  const { models, versions } = store;
  const answer = (model: Model, request: FastifyRequest) => ({
    registered_model: toRegisteredModel(model, versions.list(model.name), baseOf(request)),
  });
  const changing = { preHandler: authorized };

  app.post('/registered-models/create', changing, (request) => {
    const given = new Parameters(request);
    const more = { description: given.optional('description') ?? '', tags: given.tags() };
    return answer(models.create(given.model(), more, authorOf(request)), request);
  });

  app.get('/registered-models/get', (request) =>
    answer(models.get(new Parameters(request).model()), request),
  );

  app.get('/registered-models/search', (request) => {
    const { page, next_page_token } = search(models.list(), new Parameters(request), {
      filterBy: ['name', ...TIMES],
      orderBy: ['name', ...TIMES],
      usualOrder: ['name'],
      tieBreak: ['name'],
      largest: 1_000,
      usual: 100,
      describe: ({ name, createdMs, updatedMs, tags }) => ({
        attributes: { name, creation_timestamp: createdMs, last_updated_timestamp: updatedMs },
        tags,
      }),
    });
    return {
      registered_models: page.map((model) => answer(model, request).registered_model),
      next_page_token,
    };
  });

  app.post('/registered-models/rename', changing, (request) => {
    const given = new Parameters(request);
    return answer(models.rename(given.model(), given.model('new_name'), authorOf(request)), request);
  });

  app.patch('/registered-models/update', changing, (request) => {
    const given = new Parameters(request);
    const description = given.optional('description') ?? '';
    return answer(models.describe(given.model(), description, authorOf(request)), request);
  });

  app.delete('/registered-models/delete', changing, (request) => {
    models.delete(new Parameters(request).model(), authorOf(request));
    return {};
  });

  app.route({
    method: ['GET', 'POST'],
    url: '/registered-models/get-latest-versions',
    handler: (request) => {
      const given = new Parameters(request);
      const { name } = models.get(given.model());
      const stages = given.list('stages').map((stage) => toStage(stage, 'stages'));
      const latest = latestOf(versions.list(name), stages.length > 0 ? stages : undefined);
      return { model_versions: latest.map((version) => toModelVersion(version, baseOf(request))) };
    },
  });

  app.post('/registered-models/set-tag', changing, (request) => {
    const given = new Parameters(request);
    models.setTag(given.model(), given.text('key'), given.optional('value') ?? '', authorOf(request));
    return {};
  });

  app.delete('/registered-models/delete-tag', changing, (request) => {
    const given = new Parameters(request);
    models.deleteTag(given.model(), given.text('key'), authorOf(request));
    return {};
  });
}
