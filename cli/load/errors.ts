import { catalogue } from '../../lib/kit/errors.ts';

export const errors = catalogue('LOAD', {
  UNKNOWN_PROFILE: {
    status: 400,
    message: (name: string, known: readonly string[]) =>
      `there is no load profile ${name}; there are: ${known.join(', ')}`,
    field: 'profile',
  },
  NO_K6: {
    status: 400,
    message: (file: string) => `K6 is ${file}, which does not run; unset K6, or let it name a k6`,
    field: 'K6',
  },
  NOT_ANSWERING: {
    status: 502,
    message: (url: string, what: string) =>
      `nothing answers at ${url} (${what}); start the platform with ./drill up, or name another with --target-url`,
  },
  NOT_READY: {
    status: 503,
    message: (url: string, reasons: string) =>
      `the gateway at ${url} takes no traffic (${reasons}); ./drill status tells more`,
  },
  RUN_FAILED: {
    status: 500,
    message: (runner: string, status: string) =>
      `the run failed (${runner}, ${status}); what it said stands above`,
  },
});
