import type { PortName } from '../../lib/contract/ports.ts';
import type { EngineRoutes } from '../app.ts';
import { platformStatus } from '../platform/status.ts';

const SHOWN: readonly PortName[] = [
  'gateway',
  'world',
  'registry',
  'prometheus',
  'prometheus-ui',
  'alertmanager',
  'engine',
];

/** Is it alive, what does it consist of, where is it, what was done to it. */
const routes: EngineRoutes = (app, platform) => {
  app.get('/healthz', () => ({ status: 'alive' }));

  app.get('/readyz', (_request, reply) => {
    const ready = platform.state === 'up';
    return reply.code(ready ? 200 : 503).send({ ready, reasons: ready ? [] : [platform.state] });
  });

  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', platform.metrics.registry.contentType);
    return platform.metrics.registry.metrics();
  });

  app.get('/v1/platform', async () => ({
    target: platform.target.name,
    state: platform.state,
    pid: process.pid,
    business_time: platform.clock.iso(),
    day_seconds: platform.clock.settings.daySeconds,
    urls: Object.fromEntries(SHOWN.map((name) => [name, platform.url(name)])),
    workloads: await platform.target.list(),
  }));

  app.get('/v1/status', () => platformStatus(platform));

  app.get('/v1/actions', async () => ({ actions: await platform.actions.since(0) }));
};
export default routes;
