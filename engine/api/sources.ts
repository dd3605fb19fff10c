import Type from 'typebox';
import { AppError } from '../../lib/kit/errors.ts';
import { actorOf } from '../../lib/kit/http.ts';
import type { EngineRoutes } from '../app.ts';
import { forward } from '../platform/forward.ts';
import { recorded } from '../platform/recorded.ts';
import { instantQuery } from '../prometheus.ts';

const GATEWAY = 'gateway';
const QUARANTINED = 'channels.quarantined';

/** A channel as the gateway sees it (`GET /v1/channels`). */
interface ChannelView {
  name: string;
  format: string;
  state: string;
  mode: string;
  contract: { version: number; owner: string; rules: unknown[] } | null;
}

/** The channels transactions come from: what they send, whether they keep their contracts, and quarantine. */
const routes: EngineRoutes = (app, platform) => {
  const { target } = platform;

  app.get('/v1/sources', async (request) => {
    const at = { service: GATEWAY, method: 'GET', path: '/v1/channels' } as const;
    const { channels } = (await forward(platform, request, at)) as { channels: ChannelView[] };
    const sources = channels.map(async (channel) => ({
      ...channel,
      requests_per_second: await number(
        `sum(rate(firedrill_gateway_requests_total{channel="${channel.name}"}[10s]))`,
      ),
      violations_last_minute: await number(
        `sum(increase(firedrill_gateway_contract_violations_total{channel="${channel.name}"}[60s]))`,
      ),
    }));
    return { sources: await Promise.all(sources) };
  });

  const Named = Type.Object({ name: Type.String() });
  const Reason = Type.Object(
    { reason: Type.Optional(Type.String({ maxLength: 500 })) },
    { additionalProperties: false },
  );
  const VERBS = {
    quarantine: (list: string[], name: string) => [...new Set([...list, name])].sort(),
    release: (list: string[], name: string) => list.filter((one) => one !== name),
  };
  // One change after the other: two that read the same list would each lose the other's channel.
  let last: Promise<unknown> = Promise.resolve();
  for (const verb of ['quarantine', 'release'] as const) {
    app.post(`/v1/sources/:name/${verb}`, { schema: { params: Named, body: Reason } }, async (request) => {
      const { name } = request.params;
      const change = async () => {
        const settings = await target.settings(GATEWAY);
        const known = Object.keys(settings).flatMap((key) => /^channels\.(.+)\.format$/.exec(key)?.[1] ?? []);
        if (!known.includes(name)) {
          const message = `there is no source ${name}; use one of ${known.join(', ')}`;
          throw new AppError('ENGINE_UNKNOWN_SOURCE', 404, message, { field: 'name' });
        }
        const after = VERBS[verb](settings[QUARANTINED] as string[], name);
        const what = { action: `source.${verb}`, object: `source/${name}`, details: request.body };
        await recorded(platform, request, what, () =>
          target.configure(GATEWAY, {
            actor: actorOf(request),
            settings: { [QUARANTINED]: after },
            reason: request.body.reason ?? `${verb} ${name}`,
          }),
        );
        return { name, quarantined: after };
      };
      const changed = last.then(change, change);
      last = changed.catch(() => {});
      return changed;
    });
  }

  /** `null` is no data, never zero. */
  const number = (query: string): Promise<number | null> =>
    instantQuery(platform, query).then(
      (value) => (value === undefined || Number.isNaN(value) ? null : value),
      () => null,
    );
};
export default routes;
