import Type, { type TProperties } from 'typebox';
import type { Audit } from './audit.ts';
import { type App, actorOf, requireToken } from './http.ts';
import type { Metrics } from './metrics.ts';
import type { Settings } from './settings.ts';

/** Why a service may or may not take traffic: reason to true (fine) or what is wrong. */
export type Readiness = Record<string, true | string>;

export interface OperationsOptions<T extends TProperties> {
  app: App;
  metrics: Metrics;
  settings: Settings<T>;
  audit: Audit;
  adminToken: string;
  service: string;
  readiness(): Readiness | Promise<Readiness>;
  /** What an operator should know although traffic may come; shown at `/readyz`. */
  notes?(): string[];
  /** Version, configuration without secrets, what is currently served. */
  info(): Record<string, unknown> | Promise<Record<string, unknown>>;
}

/** The routes every service answers: health, readiness, metrics, info and settings. */
export function addOperations<T extends TProperties>(options: OperationsOptions<T>): void {
  const { app, metrics, settings, audit, adminToken, service } = options;

  app.get('/healthz', () => ({ status: 'alive' }));

  app.get('/readyz', async (_request, reply) => {
    const checks = await options.readiness();
    const reasons = Object.entries(checks).flatMap(([name, state]) =>
      state === true ? [] : [`${name}: ${state}`],
    );
    return reply
      .code(reasons.length === 0 ? 200 : 503)
      .send({ ready: reasons.length === 0, reasons, notes: options.notes?.() ?? [] });
  });

  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', metrics.registry.contentType);
    return metrics.registry.metrics();
  });

  app.get('/v1/info', async () => options.info());

  app.get('/v1/settings', () => ({ settings: settings.values, schema: settings.schema }));

  app.patch(
    '/v1/settings',
    {
      preHandler: requireToken(adminToken),
      schema: { body: Type.Record(Type.String(), Type.Unknown()), headers: Type.Object({}) },
    },
    async (request) => {
      const { before, after } = settings.patch(request.body as Record<string, unknown>);
      await audit.record({
        actor: actorOf(request),
        action: 'settings.patch',
        object: `settings/${service}`,
        before,
        after,
        reason: request.headers['x-reason'] as string | undefined,
      });
      return { settings: settings.values };
    },
  );
}
