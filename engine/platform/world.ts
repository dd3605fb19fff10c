import type { Surroundings } from './definition.ts';

/** The same seed makes the same bank: the history and the live customers are one population. */
const WORLD_SEED = 'firedrill';

export const worldEnvironment = (around: Surroundings): Record<string, string> => ({
  GATEWAY_URL: around.urlOf('gateway'),
  LAKE_DIR: around.layout.lake,
  WORLD_TRUTH_TOKEN: around.secrets.truth,
  WORLD_SEED,
});
