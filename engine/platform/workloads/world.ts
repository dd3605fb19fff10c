import { defineService } from '../service.ts';
import { worldEnvironment } from '../world.ts';

export default defineService({
  name: 'world',
  entry: 'world/main.ts',
  // Customers come when the bank is open: everything that answers them is ready.
  dependsOn: [
    'gateway',
    'inference-eu',
    'inference-us',
    'features',
    'feature-consumer',
    'monitor',
    'first-model',
  ],
  environment: worldEnvironment,
});
