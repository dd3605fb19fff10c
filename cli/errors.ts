import { catalogue } from '../lib/kit/errors.ts';

export const errors = catalogue('CLI', {
  NOT_UP: { status: 409, message: () => 'the platform is down; start it with ./drill up' },
  ENGINE_SILENT: {
    status: 504,
    message: (pid: number) =>
      `the engine (process ${pid}) does not answer; ./drill down ends it, ./drill up starts it again`,
  },
  START_FAILED: { status: 500, message: (reason: string) => reason },
  ENGINE_GONE: {
    status: 500,
    message: (log: string) => `the engine ended while starting; its log is ${log}`,
  },
  NO_SETTING: {
    status: 400,
    message: (workload: string, name: string, known: readonly string[]) =>
      `${workload} has no setting ${name}; it has: ${known.join(', ')}`,
    field: 'name',
  },
  NOT_A_PAIR: {
    status: 400,
    message: (text: string) => `${text} is not name=value`,
    field: 'name=value',
  },
});
