import { readdir } from 'node:fs/promises';
import { type App, createHttp, requireToken } from '../lib/kit/http.ts';
import type { Platform } from './platform/platform.ts';

/** A file in engine/api: adds its routes. Its clean-ups go to `platform.lifecycle`. */
export type EngineRoutes = (app: App, platform: Platform) => void | Promise<void>;

const FOLDER = new URL('./api/', import.meta.url);
/** Asking about the incident itself is not looking at the bank. */
const ABOUT_THE_INCIDENT = /^\/v1\/(drill|scenarios|progress)/;
/** Anybody may ask whether the engine lives and scrape it; everything else takes its token. */
const OPEN = new Set(['/healthz', '/readyz', '/metrics']);

/** The engine's HTTP API: every file of engine/api. Builds without listening. */
export async function buildEngine(platform: Platform): Promise<App> {
  const { logger, metrics, secrets } = platform;
  const app = createHttp({ logger, metrics });
  const check = requireToken(secrets.engine);
  app.addHook('onRequest', async (request, reply) => {
    if (!OPEN.has(request.routeOptions.url ?? '')) await check(request, reply);
  });
  app.addHook('onResponse', async ({ method, url }, { statusCode }) => {
    if (method === 'GET' && statusCode < 400 && url.startsWith('/v1/') && !ABOUT_THE_INCIDENT.test(url)) {
      platform.looked(`GET ${url}`);
    }
  });
  for (const file of (await readdir(FOLDER)).filter((name) => /(?<!\.test)\.ts$/.test(name)).sort()) {
    const { default: routes } = (await import(new URL(file, FOLDER).href)) as { default?: EngineRoutes };
    await routes?.(app, platform);
  }
  return app;
}
