import { catalogue } from '../errors.ts';

export const errors = catalogue('LOG', {
  SPOOL_FULL: {
    status: 503,
    message: (limit: number) =>
      `the event log cannot be reached and its spool of ${limit} bytes is full; bring the log back or raise the bound`,
  },
  UNREADABLE: {
    status: 500,
    message: (stream: string, position: string) => `record ${position} of ${stream} is not an event envelope`,
  },
  BAD_URL: {
    status: 500,
    field: 'EVENT_LOG_URL',
    message: (url: string) =>
      `EVENT_LOG_URL has to be redis://host:port or kafka://host:port[,host:port][/prefix], not ${url}`,
  },
  NOT_REDIS: {
    status: 501,
    field: 'EVENT_LOG_URL',
    message: (url: string) =>
      `this looks into the event log's own Redis, and the event log is ${url}; run it where the event log is redis://`,
  },
  CONTRACT_BROKEN: {
    status: 422,
    message: (stream: string, position: string, problem: string) =>
      `record ${position} of ${stream} breaks its contract: ${problem}; nothing behind it is read until such events are set aside`,
  },
});
