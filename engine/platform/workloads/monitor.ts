import { defineService } from '../service.ts';

export default defineService({
  name: 'monitor',
  entry: 'monitor/main.ts',
  dependsOn: ['redis-log'],
  environment: (around) => ({
    REGISTRY_URL: around.urlOf('registry'),
    FEATURES_URL: around.urlOf('features'),
    MODEL_NAME: 'fraud',
    MODEL_ALIAS: 'champion',
  }),
});
