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
});
