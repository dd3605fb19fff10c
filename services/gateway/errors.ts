import { catalogue } from '../../lib/kit/errors.ts';

/** What a caller can be told: codes `GATEWAY_*`. */
export const errors = catalogue('GATEWAY', {
  API_KEY: {
    status: 401,
    message: () => 'this bank wants an API key: send one of yours in the header x-api-key',
    field: 'x-api-key',
  },
  CHANNEL_UNKNOWN: {
    status: 404,
    message: (channel: string, known: string) => `there is no channel ${channel}; use one of ${known}`,
    field: 'channel',
  },
  FIELD: {
    status: 400,
    message: (field: string, problem: string) => `${field} ${problem}`,
    field: (field: string) => field,
  },
  TIMESTAMP: {
    status: 400,
    message: (field: string, given: string) =>
      `${field} ${given} is no moment in time; use for example 2025-03-03T12:00:00.000Z`,
    field: (field: string) => field,
  },
  TIMESTAMP_AHEAD: {
    status: 400,
    message: (field: string, given: string, now: string, hours: number) =>
      `${field} ${given} lies more than ${hours} h ahead of the bank, where it is ${now}; send the business time of the transaction`,
    field: (field: string) => field,
  },
  TIMESTAMP_BEHIND: {
    status: 400,
    message: (field: string, given: string, now: string, days: number) =>
      `${field} ${given} lies more than ${days} d behind the bank, where it is ${now}; send the business time of the transaction`,
    field: (field: string) => field,
  },
  INFERENCE_URLS: {
    status: 500,
    message: (problem: string) =>
      `INFERENCE_URLS ${problem}; use JSON such as {"eu": "http://127.0.0.1:4010", "us": ["http://127.0.0.1:4020"]}`,
    field: 'INFERENCE_URLS',
  },
  CHANNEL_INVALID: {
    status: 500,
    message: (file: string, problem: string) => `channels/${file} ${problem}`,
  },
  CONTRACT_INVALID: {
    status: 500,
    message: (file: string, field: string, problem: string) => `contracts/${file}: ${field} ${problem}`,
    field: (_file: string, field: string) => field,
  },
  UNAVAILABLE: {
    status: 503,
    message: (problem: string) => `no region can score now (${problem}); send the same transaction again`,
  },
  OVERLOADED: {
    status: 503,
    message: (problem: string) =>
      `there are more payments than can be decided now (${problem}); wait as long as retry-after says, then send the same transaction again`,
  },
  TIMEOUT: {
    status: 504,
    message: (region: string, ms: number) =>
      `region ${region} did not answer within ${ms} ms; send the same transaction again`,
  },
  LATE: {
    status: 504,
    message: (problem: string) =>
      `no try was answered in the time it had (${problem}); send the same transaction again`,
  },
  NOT_RECORDABLE: {
    status: 503,
    message: () =>
      'the decision cannot be put on record, because the event log and its spool take no more; send the same transaction again',
  },
});
