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
});
