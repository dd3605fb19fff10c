import type { Cause } from '../../engine/contract/scenario.ts';

/** What can be named, for all variants together: each of the right ones is a plausible wrong one for the others. */
export const CAUSES: Cause[] = [
  {
    id: 'partner-format',
    component: 'upstream',
    category: 'data',
    mechanism: 'one channel words its messages in another format, and the bank goes on reading the old one',
  },
  {
    id: 'new-customers',
    component: 'upstream',
    category: 'model',
    mechanism: 'customers pay who are unlike those the model has learnt from; what they send is right',
  },
  {
    id: 'label-rule',
    component: 'data',
    category: 'model',
    mechanism: 'the same purchases are called fraud by another rule than the one the model has learnt',
  },
  {
    id: 'season',
    component: 'upstream',
    category: 'no-fault',
    mechanism: 'customers spend as before a feast; the model knows them and ranks as well as ever',
  },
  {
    id: 'labels-late',
    component: 'data',
    category: 'data',
    mechanism: 'labels come late or in part, so that quality is measured on the wrong few',
  },
  {
    id: 'format-setting',
    component: 'gateway',
    category: 'configuration',
    mechanism: 'a change of the gateway makes it read a channel in the wrong format',
  },
  {
    id: 'features-stale',
    component: 'feature-consumer',
    category: 'capacity',
    mechanism: 'the features of cards lag behind, so that the model lives in the past',
  },
  {
    id: 'feature-skew',
    component: 'features',
    category: 'release',
    mechanism: 'features are computed otherwise online than for training',
  },
  {
    id: 'model-swapped',
    component: 'model',
    category: 'release',
    mechanism: 'another version, or another threshold, decides than the one that was approved',
  },
];
