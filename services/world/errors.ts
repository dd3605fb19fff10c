import { catalogue } from '../../lib/kit/errors.ts';

export const errors = catalogue('WORLD', {
  SHIFT_UNKNOWN: {
    status: 404,
    message: (name: string, known: string) => `there is no shift ${name}; the world has: ${known}`,
    field: 'name',
  },
  SHIFT_INVALID: {
    status: 400,
    message: (name: string, field: string, problem: string) => `shift ${name}: ${field} ${problem}`,
    field: (_name: string, field: string) => field,
  },
  SHIFT_ON: {
    status: 409,
    message: (name: string) => `shift ${name} is on already; switch it off first`,
    field: 'name',
  },
  SHIFT_OFF: {
    status: 404,
    message: (name: string) => `shift ${name} is not on`,
    field: 'name',
  },
  LAKE_UNWRITABLE: {
    status: 500,
    message: (problem: string) =>
      `the lake cannot be written: ${problem}; check LAKE_DIR and the space on its disk`,
    field: 'LAKE_DIR',
  },
});
