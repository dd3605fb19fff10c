import Type from 'typebox';
import type { App } from '../../../lib/kit/http.ts';
import type { Cut, DriftReport } from '../drift/report.ts';
import { errors } from '../errors.ts';
import { WINDOWS, type WindowName } from '../windows/window.ts';

const Name = Type.Optional(Type.String({ minLength: 1, maxLength: 128 }));
const Query = Type.Object(
  {
    model: Name,
    version: Name,
    region: Name,
    channel: Name,
    window: Type.Unsafe<WindowName>({ type: 'string', enum: Object.keys(WINDOWS), default: 'day' }),
    by: Type.Optional(
      Type.Unsafe<'region' | 'channel'>({
        type: 'string',
        enum: ['region', 'channel'],
        description: 'cut the window by this alone; without it by both',
      }),
    ),
  },
  { additionalProperties: false },
);

/** `GET /v1/drift`: how far what the models get and say lies from training, by region and channel. */
export function addDrift(app: App, measure: (window: WindowName, cut: Cut) => DriftReport): void {
  app.get('/v1/drift', { schema: { querystring: Query } }, async ({ query }) => {
    const { model, version, region, channel, window, by } = query;
    const only = region ?? channel;
    const cut: Cut =
      only === undefined
        ? { by: by ? [by] : ['region', 'channel'] }
        : { only: { region: region ?? null, channel: channel ?? null } };
    const report = measure(window, cut);
    const wanted = (entry: { model: string; version: string }) =>
      (model ?? entry.model) === entry.model && (version ?? entry.version) === entry.version;
    const models = report.models.filter(wanted);
    const unmeasured = report.unmeasured.filter(wanted);
    if (models.length + unmeasured.length === 0 && (model ?? version) !== undefined) {
      throw errors.NOT_SEEN(model, version);
    }
    if (only !== undefined && models.every(({ scopes }) => scopes.every(({ rows }) => rows === 0))) {
      throw errors.NOT_COVERED(region === undefined ? 'channel' : 'region', only);
    }
    return { ...report, models, unmeasured };
  });
}
