import { defineService } from '../service.ts';

export default defineService({
  name: 'pipeline',
  entry: 'pipeline/main.ts',
  dependsOn: ['redis-log'],
  environment: (around) => ({
    REGISTRY_URL: around.urlOf('registry'),
    FEATURES_URL: around.urlOf('features'),
    LAKE_DIR: around.layout.lake,
    ARTIFACTS_DIR: around.layout.artifacts,
  }),
});
