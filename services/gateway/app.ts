import { Outbox } from '../../lib/kit/eventlog/outbox.ts';
import { createService, type Service } from '../../lib/kit/service.ts';
import { Border } from './border/border.ts';
import { loadContracts } from './border/contract.ts';
import { discoverChannels } from './channel.ts';
import type { GatewayConfig } from './config.ts';
import { limitRequests } from './connections.ts';
import { Door } from './door.ts';
import { requireApiKey } from './keys.ts';
import { addChannels } from './routes/channels.ts';
import { addScoring } from './routes/score.ts';
import { type GatewaySettings, gatewaySettings } from './settings.ts';
import { InferenceRegions } from './upstream/inference.ts';
import { parseRegions } from './upstream/regions.ts';

/** A transaction has a few hundred bytes. */
const BODY_LIMIT = 64 * 1024;

/** Builds the gateway without listening. */
export async function buildGateway(config: GatewayConfig): Promise<{ service: Service<GatewaySettings> }> {
  const urls = parseRegions(config.INFERENCE_URLS);
  const channels = await discoverChannels();
  const contracts = await loadContracts(channels.map(({ name }) => name));
  const service = await createService({
    config,
    settings: gatewaySettings(channels),
    bodyLimit: BODY_LIMIT,
    readiness: async () => ({
      inference: (await inference.ready()) || 'no region is ready to score; look at its /readyz',
    }),
    info: () => ({
      regions: inference.regions,
      channels: channels.map(({ name }) => name),
      api_keys: config.GATEWAY_API_KEYS === '' ? 'not needed' : 'needed',
    }),
  });
  const { app, metrics, settings, clock, logger, log } = service;

  const inference = new InferenceRegions(urls, settings, metrics);
  const outbox = new Outbox({ topic: 'transactions', log, logger, metrics });
  const border = new Border({ channels, contracts, settings, metrics });
  // Fastify runs this when the last request is answered: nothing that answers need goes away before.
  app.addHook('onClose', async () => {
    await outbox.drain();
    await inference.close();
  });
  limitRequests(app, () => settings.values['connections.max_requests']);
  addScoring(app, {
    door: new Door({ source: config.SERVICE_NAME, clock, settings, border, inference, outbox, log }),
    channels,
    settings,
    metrics,
    authenticate: requireApiKey(config.GATEWAY_API_KEYS),
  });
  addChannels(app, border);
  return { service };
}
