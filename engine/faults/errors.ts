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
});
