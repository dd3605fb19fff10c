import { catalogue } from '../lib/kit/errors.ts';

export const errors = catalogue('DRILL', {
  SCENARIO_INVALID: {
    status: 500,
    message: (file: string, field: string, reason: string) => `${file}: ${field}: ${reason}`,
    field: (_file: string, field: string) => field,
  },
  UNKNOWN_SCENARIO: {
    status: 404,
    message: (slug: string, known: string) => `there is no incident ${slug}; ./drill list shows: ${known}`,
    field: 'scenario',
  },
  UNKNOWN_VARIANT: {
    status: 404,
    message: (slug: string) => `incident ${slug} has no such variant`,
    field: 'variant',
  },
  NOT_HERE: {
    status: 409,
    message: (slug: string, target: string, why: string) =>
      `incident ${slug} cannot be played on target ${target}: ${why}`,
    field: 'scenario',
  },
  TWO_WISHES: {
    status: 400,
    message: () => 'ask for one of variant, seed and blind, not for several',
    field: 'variant',
  },
  ALREADY_RUNNING: {
    status: 409,
    message: (title: string) => `an incident is open already (${title}); finish it, or ./drill stop`,
  },
  NONE_RUNNING: {
    status: 409,
    message: () =>
      'no incident is open; ./drill list shows what can be started, ./drill start <slug> starts one',
  },
  PLATFORM_STARTING: {
    status: 409,
    message: () => 'the platform is still coming up; try again when ./drill up says so',
  },
  NOT_YET: {
    status: 409,
    message: (what: string, phase: string) => `${what} is not possible yet: the incident is ${phase}`,
  },
  OVER: {
    status: 409,
    message: (what: string) =>
      `${what} is not possible any more: the incident is over; ./drill report tells the story`,
  },
  NOT_UNDONE: {
    status: 503,
    message: (problems: string) =>
      `not everything could be undone: ${problems}; run ./drill stop again, or ./drill down and ./drill up`,
  },
  ALREADY_SUBMITTED: {
    status: 409,
    message: () => 'the first submission counts and has been taken; mend the bank and run ./drill check',
  },
  UNKNOWN_CAUSE: {
    status: 400,
    message: (cause: string, known: string) => `${cause} is not one of the causes offered: ${known}`,
    field: 'cause',
  },
  NO_MORE_HINTS: { status: 409, message: () => 'there are no more hints' },
  CHECK_RUNNING: { status: 409, message: () => 'a check is running already; wait for its result' },
});
