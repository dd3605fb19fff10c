import { catalogue } from '../../../lib/kit/errors.ts';

export const errors = catalogue('COMPOSE', {
  NO_DOCKER: {
    status: 500,
    message: (reason: string) =>
      `target compose needs Docker with Compose 2.20 or later, and a daemon this user may ask: ${reason}`,
  },
  FAILED: {
    status: 502,
    message: (command: string, reason: string) => `${command} failed: ${reason}`,
  },
  PORT_BASE: {
    status: 400,
    message: (base: number) =>
      `docker-compose.yml publishes ports of one thousand, and DRILL_PORT_BASE is ${base}; take a multiple of 1000 up to 64000`,
    field: 'DRILL_PORT_BASE',
  },
  ONE_REPLICA: {
    status: 400,
    message: (name: string) =>
      `${name} publishes one port on target compose, so that it can run 0 or 1 replicas; ./drill up --target local runs more`,
    field: 'replicas',
  },
  NOT_PART: {
    status: 404,
    message: (name: string, known: readonly string[]) =>
      `${name} is no container of target compose; there are: ${known.join(', ')}`,
    field: 'workload',
  },
  VALUE: {
    status: 400,
    message: (name: string) =>
      `${name} holds both ' and \`, which no env file of Node can carry; leave one of them out`,
    field: 'environment',
  },
  PREPARE: {
    status: 500,
    message: (reason: string) => `preparing the bank failed: ${reason}`,
  },
});
