import { readConfig } from '../../lib/kit/config.ts';
import { runService } from '../../lib/kit/service.ts';
import { buildMonitor } from './app.ts';
import { Config } from './config.ts';

await runService(async () => {
  const config = readConfig(Config);
  const { service } = await buildMonitor(config);
  return { service, host: config.HOST, port: config.PORT };
});
