import type { Cause } from '../../engine/contract/scenario.ts';

/** What can be named, of all variants together; some are only plausible. */
export const causes: Cause[] = [
  {
    id: 'error-averaged',
    component: 'inference',
    category: 'release',
    mechanism:
      'a release gives everybody the average score when the model is not run, and says nothing of it',
  },
  {
    id: 'lookup-hidden',
    component: 'inference',
    category: 'release',
    mechanism:
      'a release throws rows away that it thinks too late, and takes their cards for new ones, unmarked',
  },
  {
    id: 'breaker-hasty',
    component: 'inference',
    category: 'configuration',
    mechanism: 'the quality breaker judges so few scores that chance opens it, and rules decide',
  },
  {
    id: 'model-broken',
    component: 'model',
    category: 'release',
    mechanism: 'the version that serves was packed wrongly and scores nonsense',
  },
  {
    id: 'model-old',
    component: 'model',
    category: 'data',
    mechanism: 'the world has moved away from what the model was trained on',
  },
  {
    id: 'rows-lost',
    component: 'redis-online',
    category: 'data',
    mechanism: 'the online store has lost rows, so that known cards look new',
  },
  {
    id: 'store-slow',
    component: 'redis-online',
    category: 'network',
    mechanism: 'the way to the online store has become slower than it was',
  },
  {
    id: 'gateway-limit',
    component: 'gateway',
    category: 'release',
    mechanism: 'a release of the gateway lets transactions in that features cannot describe',
  },
  {
    id: 'campaign',
    component: 'upstream',
    category: 'no-fault',
    mechanism: 'a campaign brings customers whose cards nobody has seen before',
  },
];
