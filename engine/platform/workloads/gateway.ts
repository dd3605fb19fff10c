import { defineService } from '../service.ts';

export default defineService({
  name: 'gateway',
  entry: 'gateway/main.ts',
  dependsOn: ['redis-log'],
  follows: ['inference-eu', 'inference-us'],
  startsWithinMs: 360_000,
  environment: ({ addressesOf }) => ({
    INFERENCE_URLS: JSON.stringify({ eu: addressesOf('inference-eu'), us: addressesOf('inference-us') }),
  }),
});
