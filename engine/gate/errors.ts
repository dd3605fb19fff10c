import { catalogue } from '../../lib/kit/errors.ts';

export const errors = catalogue('GATE', {
  NO_DOCUMENT: {
    status: 500,
    message: (command: string, code: number, said: string) => `./drill ${command} exited ${code}: ${said}`,
  },
  NOT_ANSWERED: {
    status: 502,
    message: (what: string, status: number) => `${what} answered ${status}`,
  },
  COMMAND_FAILED: {
    status: 500,
    message: (command: string, said: string) => `${command}: ${said || 'failed without a word'}`,
  },
  NOT_UP: {
    status: 500,
    message: (said: string) => `a platform to try it on did not come up: ${said}`,
  },
  NOT_OPEN: {
    status: 500,
    message: (said: string) => `the incident did not open: ${said}`,
  },
  NO_PORTS: {
    status: 500,
    message: (from: number, to: number) =>
      `no free ports for a platform between ${from} and ${to}; take another platform down first`,
  },
  NO_PLAYS: {
    status: 500,
    message: (file: string, name: string) => `${file}: ${name}: is not a list of plays`,
    field: (_file: string, name: string) => name,
  },
  INTERRUPTED: { status: 500, message: () => 'ended before its time; its platforms are down' },
  ONE_AT_A_TIME: {
    status: 400,
    message: (target: string) =>
      `platforms on ${target} have no place side by side; leave --parallel out, or say 1`,
    field: 'parallel',
  },
  WHICH: {
    status: 400,
    message: () => 'name an incident, or say --all',
    field: 'incident',
  },
  UNKNOWN_VARIANT: {
    status: 400,
    message: (variant: string, known: string) => `no such variant: ${variant}; there are: ${known}`,
    field: 'variants',
  },
});
