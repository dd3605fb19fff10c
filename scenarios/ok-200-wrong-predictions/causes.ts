import type { Cause } from '../../engine/contract/scenario.ts';

/** What can be named, of all variants together; some are only plausible. */
export const causes: Cause[] = [
  {
    id: 'feature-order',
    component: 'model',
    category: 'release',
    mechanism:
      'the version that went out was packed with the feature list of an older view: right numbers, wrong columns',
  },
  {
    id: 'wrong-version',
    component: 'model',
    category: 'release',
    mechanism: 'the alias champion points to a version that another project trained for something else',
  },
  {
    id: 'features-missing',
    component: 'features',
    category: 'data',
    mechanism: 'features are not materialised, and the model decides on defaults',
  },
  {
    id: 'features-stale',
    component: 'feature-consumer',
    category: 'capacity',
    mechanism: 'the online store lags behind, and the model decides on old features',
  },
  {
    id: 'old-scaler',
    component: 'inference',
    category: 'release',
    mechanism: 'the image carries the scaler of the model before',
  },
  {
    id: 'rounding-dependency',
    component: 'inference',
    category: 'release',
    mechanism: 'an upgrade of a transitive library rounds amounts differently before they are scored',
  },
  {
    id: 'shared-buffer',
    component: 'inference',
    category: 'release',
    mechanism: 'concurrent requests share an output buffer and get the answers of others',
  },
  {
    id: 'thresholds',
    component: 'model',
    category: 'configuration',
    mechanism: 'the scores are right; the thresholds that turn them into decisions were changed',
  },
  {
    id: 'fraud-wave',
    component: 'upstream',
    category: 'no-fault',
    mechanism: 'there is more fraud than usual, and the model is right to decline it',
  },
];
