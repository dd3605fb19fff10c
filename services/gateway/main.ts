import { readConfig } from '../../lib/kit/config.ts';
import { runService } from '../../lib/kit/service.ts';
import { buildGateway } from './app.ts';
import { GatewayConfig } from './config.ts';

await runService(async () => {
  const config = readConfig(GatewayConfig);
  const { service } = await buildGateway(config);
  return { service, host: config.HOST, port: config.PORT };
});
