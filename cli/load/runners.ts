import { spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { errors } from './errors.ts';
import { LOADTESTS, type Profile } from './profiles.ts';

/** What the profile is told; loadtests/lib/environment.js reads it. */
export type Told = Record<string, string>;

export interface Invocation {
  command: string;
  args: string[];
  env: Told;
}

/** Something that runs a profile and writes its summary to SUMMARY_FILE; exit statuses are k6's. */
export interface Runner {
  name: 'k6' | 'container' | 'built-in';
  version: string;
  invoke(profile: Profile, told: Told): Invocation;
}

const IMAGE = 'grafana/k6';
/** No reports of use to k6's makers, and no control port: two runs at a time would want the same one. */
const QUIET = ['--no-usage-report', '--address', ''];

/** `$K6`, else the k6 on the PATH, else its container, else ours. @throws AppError LOAD_NO_K6 when $K6 does not run */
export function chooseRunner({
  env = process.env,
  builtIn = false,
}: {
  env?: NodeJS.ProcessEnv;
  builtIn?: boolean;
} = {}): Runner {
  if (builtIn) return BUILT_IN;
  if (env.K6) {
    const version = versionOf(env.K6, env);
    if (version === undefined) throw errors.NO_K6(env.K6);
    return k6(env.K6, version);
  }
  const version = versionOf('k6', env);
  if (version !== undefined) return k6('k6', version);
  return answered('docker', ['version', '--format', '{{.Server.Version}}'], env) ? CONTAINER : BUILT_IN;
}

const k6 = (command: string, version: string): Runner => ({
  name: 'k6',
  version,
  invoke: ({ file }, told) => ({
    command,
    args: ['run', ...QUIET, ...asFlags(told), file],
    env: {},
  }),
});

const CONTAINER: Runner = {
  name: 'container',
  version: IMAGE,
  invoke: ({ file }, { SUMMARY_FILE = '', ...told }) => ({
    command: 'docker',
    args: [
      ...['run', '--rm', '--init'],
      ...(process.platform === 'darwin' ? [] : ['--network', 'host']),
      // Files it writes are ours.
      ...(process.getuid ? ['--user', `${process.getuid()}:${process.getgid?.()}`] : []),
      ...['--volume', `${LOADTESTS}:/loadtests:ro`, '--volume', `${dirname(SUMMARY_FILE)}:/summary`],
      // By name alone: a key is not for the process list.
      ...['--env', 'GATEWAY_API_KEY'],
      ...[IMAGE, 'run', ...QUIET],
      ...asFlags(mapValues(told, reachable)),
      ...asFlags({ SUMMARY_FILE: `/summary/${basename(SUMMARY_FILE)}` }),
      `/loadtests/${basename(file)}`,
    ],
    env: {},
  }),
};

const BUILT_IN: Runner = {
  name: 'built-in',
  version: process.version,
  invoke: ({ file }, told) => ({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', join(LOADTESTS, 'builtin', 'run.ts'), file],
    env: told,
  }),
};

const asFlags = (told: Told): string[] =>
  Object.entries(told).flatMap(([name, value]) => ['--env', `${name}=${value}`]);

const mapValues = (told: Told, change: (value: string) => string): Told =>
  Object.fromEntries(Object.entries(told).map(([name, value]) => [name, change(value)]));

/** On a Mac, containers live in a machine of their own, from which this one has a name. */
const reachable = (value: string): string =>
  process.platform === 'darwin' ? value.replace(/127\.0\.0\.1|localhost/, 'host.docker.internal') : value;

/** `v1.8.1`, or undefined when there is no such k6. */
const versionOf = (command: string, env: NodeJS.ProcessEnv): string | undefined =>
  /\bv\d\S*/.exec(answered(command, ['version'], env) ?? '')?.[0];

/** What a program prints; undefined when it cannot be run or says no. */
function answered(command: string, args: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', env, timeout: 10_000 });
  return status === 0 ? stdout : undefined;
}
