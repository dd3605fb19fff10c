import Type from 'typebox';
import type { App } from '../../../lib/kit/http.ts';
import type { Context } from '../context.ts';
import type { Model } from '../store/models.ts';

export function addModels(app: App, { store }: Context): void {
  app.get('/v1/models', () => ({ models: store.models.list().map(toAnswer) }));

  app.get('/v1/models/:name', { schema: { params: Type.Object({ name: Type.String() }) } }, (request) =>
    toAnswer(store.models.get(request.params.name)),
  );
}

const toAnswer = ({ createdMs, updatedMs, ...model }: Model) => ({
  ...model,
  created_at: new Date(createdMs).toISOString(),
  updated_at: new Date(updatedMs).toISOString(),
});
