import Type from 'typebox';
import type { App } from '../../../lib/kit/http.ts';
import { errors } from '../errors.ts';
import type { Report } from '../report.ts';

const Query = Type.Object({
  model: Type.Optional(Type.String({ minLength: 1 })),
  version: Type.Optional(Type.String({ minLength: 1 })),
});

/** `GET /v1/quality`: the latest report, for all model versions or those asked for. */
export function addQuality(app: App, latest: () => Report | undefined): void {
  app.get('/v1/quality', { schema: { querystring: Query } }, async ({ query }) => {
    const report = latest();
    if (!report) throw errors.NO_REPORT();
    const { model, version } = query;
    const models = report.models.filter(
      (entry) => (model ?? entry.model) === entry.model && (version ?? entry.version) === entry.version,
    );
    if (models.length === 0 && (model ?? version) !== undefined) throw errors.NOT_SEEN(model, version);
    return { ...report, models };
  });
}
