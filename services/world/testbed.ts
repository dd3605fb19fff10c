import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import type { Config } from './config.ts';

export const ADMIN_TOKEN = 'admin-token-for-tests';
export const TRUTH_TOKEN = 'truth-token-for-tests';

export interface Received {
  channel: string;
  id: string;
  body: Record<string, unknown>;
}

/** A bank on the wire: takes every channel's message, remembers it, and answers what `decide` says. */
export async function openBank(
  decide: (received: Received, before: number) => number | 'silence' = () => 200,
) {
  const received: Received[] = [];
  const app = fastify({ forceCloseConnections: true });
  const seen = new Map<string, number>();
  app.post<{ Params: { channel: string }; Body: Record<string, unknown> }>(
    '/v1/channels/:channel/score',
    async (request, reply) => {
      const { channel } = request.params;
      const { body } = request;
      const id = String(body.f37 ?? body.ref ?? (body.order as { reference: string }).reference);
      const before = seen.get(id) ?? 0;
      seen.set(id, before + 1);
      received.push({ channel, id, body });
      const status = decide({ channel, id, body }, before);
      if (status === 'silence') return reply.hijack();
      if (status !== 200) return reply.code(status).send({ error: { code: 'X', message: 'x', field: null } });
      return {
        id,
        decision: channel === 'partner' ? 'decline' : 'approve',
        score: channel === 'partner' ? 0.9 : 0.1,
        model: { name: 'fraud', version: '1', digest: 'sha256:0' },
        features: { view: 'fraud', version: 1, source: 'online', age_seconds: 0 },
        region: 'eu',
        degraded: false,
      };
    },
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { received, url: `http://127.0.0.1:${port}`, port, close: () => app.close() };
}

/** A world in which a business day lasts `daySeconds`, opening now. */
export const configFor = (over: {
  stateDir: string;
  redisUrl: string;
  gatewayUrl: string;
  daySeconds?: number;
  settings?: Record<string, unknown>;
}): Config => ({
  SERVICE_NAME: 'world',
  HOST: '127.0.0.1',
  PORT: 0,
  LOG_LEVEL: 'silent',
  LOG_SAMPLE: 0,
  ADMIN_TOKEN,
  SETTINGS: JSON.stringify(over.settings ?? {}),
  REVISION: '1',
  CODE_DIGEST: 'built in',
  CLOCK_WALL_EPOCH_MS: Date.now(),
  CLOCK_BUSINESS_EPOCH_MS: OPENING_DAY_MS,
  DRILL_DAY_SECONDS: over.daySeconds ?? 4,
  STATE_DIR: over.stateDir,
  HTTP_MAX_CONNECTIONS: 100,
  HTTP_HEADERS_TIMEOUT_MS: 10_000,
  HTTP_REQUEST_TIMEOUT_MS: 30_000,
  DRAIN_NOTICE_MS: 0,
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
  OTEL_TRACES_SAMPLER_ARG: 0,
  WORLD_SEED: 'test',
  EVENT_LOG_URL: over.redisUrl,
  GATEWAY_URL: over.gatewayUrl,
  WORLD_TRUTH_TOKEN: TRUTH_TOKEN,
  WORLD_TRUTH_ROWS: 10_000,
});
