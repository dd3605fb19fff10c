import { readConfig } from '../../lib/kit/config.ts';
import { runService } from '../../lib/kit/service.ts';
import { buildInference } from './app.ts';
import { InferenceConfig } from './config.ts';

await runService(async () => {
  const config = readConfig(InferenceConfig);
  const { service } = await buildInference(config);
  return { service, host: config.HOST, port: config.PORT };
});
