import type { Cause } from '../../engine/contract/scenario.ts';

/** What can be named, for all variants together. */
export const CAUSES: Cause[] = [
  {
    id: 'cold-pool-exhausted',
    component: 'inference',
    category: 'configuration',
    mechanism:
      'lookups wait without limit for the few connections to the cold store, whose answers have become slow',
  },
  {
    id: 'waits-for-the-writer',
    component: 'inference',
    category: 'release',
    mechanism: 'requests of cards with a long history wait until the writer of their rows has moved on',
  },
  {
    id: 'loads-the-model',
    component: 'inference',
    category: 'release',
    mechanism: 'the model is fetched, checked and loaded for requests instead of once',
  },
  {
    id: 'explains-each-answer',
    component: 'inference',
    category: 'release',
    mechanism: 'the process that answers writes out each answer with all that led to it before it gives it',
  },
  {
    id: 'keeps-each-answer',
    component: 'inference',
    category: 'release',
    mechanism:
      'the process that answers keeps every answer it has given, and looks through all of them for each request',
  },
  {
    id: 'waits-for-company',
    component: 'inference',
    category: 'configuration',
    mechanism: 'requests wait until enough of them have come to be scored together, and too few come',
  },
  {
    id: 'neighbour-takes-the-cores',
    component: 'host',
    category: 'capacity',
    mechanism: 'programs of another team on the same machine leave the bank too little of the processor',
  },
  {
    id: 'online-store-slow',
    component: 'redis-online',
    category: 'network',
    mechanism: 'the online store, or the way to it, takes long for each answer',
  },
  {
    id: 'gateway-holds',
    component: 'gateway',
    category: 'release',
    mechanism: 'a release of the gateway holds requests up before they reach inference',
  },
  {
    id: 'model-heavier',
    component: 'inference',
    category: 'model',
    mechanism: 'a new model version takes longer for each row',
  },
  {
    id: 'inference-overloaded',
    component: 'inference',
    category: 'capacity',
    mechanism: 'too few replicas for the traffic: requests wait before their batch begins',
  },
  {
    id: 'memory-leak',
    component: 'inference',
    category: 'release',
    mechanism: 'memory that is never given back makes garbage collection take ever longer',
  },
  {
    id: 'more-customers',
    component: 'upstream',
    category: 'no-fault',
    mechanism: 'a campaign brings more customers than usual',
  },
];
