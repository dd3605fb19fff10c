import { catalogue } from '../../lib/kit/errors.ts';

export const errors = catalogue('FAULT', {
  MAXMEMORY_TWICE: {
    status: 400,
    message: () => 'maxmemory is given in bytes and as a fraction of what is used; leave one of them out',
    field: 'maxmemoryOfUsed',
  },
  NOTHING_TO_SET: {
    status: 400,
    message: (known: string) => `no parameter is given; there are ${known}, and maxmemoryOfUsed`,
    field: 'parameters',
  },
  NO_TEMPLATE: {
    status: 409,
    message: (stream: string) =>
      `${stream} holds no event to make another one from; wait until there is traffic, or name another partition`,
    field: 'partition',
  },
  UNKNOWN_PARTITION: {
    status: 400,
    message: (topic: string, partition: number, count: number) =>
      `${topic} has no partition ${partition}; it has ${count}, counted from 0`,
    field: 'partition',
  },
  WORKLOADS: {
    status: 400,
    message: () => 'name one workload, or several in workloads, and not both',
    field: 'workload',
  },
  NOTHING_RELEASED: {
    status: 400,
    message: () => 'the release changes nothing; give environment, settings, overlay, model or featureView',
    field: 'environment',
  },
  REFUSED: {
    status: 502,
    message: (call: string, status: number, reason: string) => `${call} answered ${status}: ${reason}`,
  },
  NOTHING_TO_DO: {
    status: 400,
    message: () => 'nothing is to be done; give register, train or alias',
    field: 'alias',
  },
  NO_SUCH_INPUT: {
    status: 400,
    message: (name: string, known: string) => `the version has no input ${name}; it has: ${known}`,
    field: 'register.crossed',
  },
  NOT_TREES: {
    status: 409,
    message: () =>
      'the artifact holds no trees whose columns could be crossed; use a version of boosted_trees',
    field: 'register.from',
  },
  JOB_FAILED: {
    status: 502,
    message: (job: string, problem: string) => `job ${job} did not succeed: ${problem}`,
    field: 'train',
  },
});
