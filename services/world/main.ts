import { readConfig } from '../../lib/kit/config.ts';
import { runService } from '../../lib/kit/service.ts';
import { buildWorld } from './app.ts';
import { Config } from './config.ts';

await runService(async () => {
  const config = readConfig(Config);
  return { service: await buildWorld(config), host: config.HOST, port: config.PORT };
});
