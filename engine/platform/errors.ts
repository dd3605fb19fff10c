import { catalogue } from '../../lib/kit/errors.ts';

export const errors = catalogue('PLATFORM', {
  NOT_WRITABLE: {
    status: 500,
    message: (home: string, reason: string) =>
      `cannot write to ${home} (${reason}); make it writable or set DRILL_HOME to another folder`,
  },
  PORT_TAKEN: {
    status: 500,
    message: (port: number, purpose: string, owner: string) =>
      `port ${port} (${purpose}) is taken by ${owner}; end that program or choose other ports with DRILL_PORT_BASE`,
  },
  TOOL_MISSING: {
    status: 500,
    message: (tools: string, command: string) => `${tools} not found; install with: ${command}`,
  },
  UNKNOWN_TARGET: {
    status: 400,
    message: (name: string, known: readonly string[]) =>
      `there is no target ${name}; there are: ${known.join(', ')}`,
    field: 'target',
  },
  OTHER_TARGET: {
    status: 409,
    message: (home: string, made: string, asked: string) =>
      `the data in ${home} is that of target ${made}; for ${asked} set DRILL_HOME to another folder, or forget it with ./drill down --purge`,
    field: 'target',
  },
  ALREADY_RUNNING: {
    status: 409,
    message: (pid: number) => `the platform is running already (engine is process ${pid})`,
  },
  JOB_FAILED: {
    status: 500,
    message: (job: string, reason: string) => `${job} failed: ${reason}`,
  },
  BAD_WORKLOAD: {
    status: 500,
    message: (file: string, problem: string) => `engine/platform/workloads/${file} ${problem}`,
  },
  NOT_UP: {
    status: 409,
    message: (what: string, state: string) =>
      `${what} needs a platform that is up, and it is ${state}; ./drill status shows when it is`,
  },
  SNAPSHOT_NAME: {
    status: 400,
    message: (name: string) =>
      `${JSON.stringify(name.slice(0, 80))} cannot name a snapshot; use up to 63 lower-case letters, digits, dots, dashes and underscores, a letter or digit first`,
    field: 'name',
  },
  SNAPSHOT_UNKNOWN: {
    status: 404,
    message: (name: string, known: readonly string[]) =>
      `there is no snapshot ${name}; ${known.length === 0 ? 'there is none yet' : `there are: ${known.join(', ')}`}`,
    field: 'name',
  },
  SNAPSHOT_DAMAGED: {
    status: 500,
    message: (name: string, damage: string) =>
      `snapshot ${name} cannot be used: ${damage}; forget it with ./drill snapshot remove ${name}`,
    field: 'name',
  },
  SNAPSHOT_INCIDENT: {
    status: 409,
    message: (what: string) =>
      `${what} is not possible while an incident is open; finish it, or ./drill stop, which restores the bank`,
  },
  REPLACEMENT_LOST: {
    status: 500,
    message: (name: string, damage: string) =>
      `bringing back snapshot ${name} was interrupted and cannot be finished: ${damage}; the data is half replaced, ./drill down --purge forgets it`,
  },
});
