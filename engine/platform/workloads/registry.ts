import { defineService } from '../service.ts';

export default defineService({
  name: 'registry',
  entry: 'registry/main.ts',
  dependsOn: ['redis-log'],
  environment: ({ layout }) => ({ ARTIFACTS_DIR: layout.artifacts }),
});
