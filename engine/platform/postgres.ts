import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Launch } from '../targets/local/spec.ts';
import { errors } from './errors.ts';

export const COLD_STORE_USER = 'firedrill';

/** Where systems keep PostgreSQL's programs beside the PATH: one folder a major version. */
const FOLDERS = [
  { in: '/usr/lib/postgresql', bin: /^\d+$/ },
  { in: '/opt/homebrew/opt', bin: /^postgresql@\d+$/ },
  { in: '/usr/local/opt', bin: /^postgresql@\d+$/ },
];

/**
 * The folder of `postgres` and `initdb`: of the PATH, or else the newest the system has.
 * @throws PLATFORM_TOOL_MISSING
 */
export function findPostgres(path = process.env.PATH ?? '', folders = FOLDERS): string {
  const versions = folders.flatMap(({ in: folder, bin }) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => bin.test(name))
      .sort((a, b) => majorOf(b) - majorOf(a))
      .map((name) => join(folder, name, 'bin')),
  );
  const found = [...path.split(delimiter), ...versions].find((bin) =>
    ['postgres', 'initdb'].every((program) => existsSync(join(bin, program))),
  );
  if (found !== undefined) return found;
  throw errors.TOOL_MISSING(
    'postgres',
    process.platform === 'darwin' ? 'brew install postgresql@18' : 'sudo apt-get install -y postgresql',
  );
}

const majorOf = (name: string): number => Number(/\d+$/.exec(name)?.[0]);

/**
 * PostgreSQL refuses to run as root, and its folder must be its own. Debian's package brings a user for it; the one
 * right it keeps is to pass folders of root's that lead to its own.
 */
const AS_POSTGRES = [
  'setpriv',
  '--reuid=postgres',
  '--regid=postgres',
  '--clear-groups',
  '--inh-caps=-all,+dac_override',
  '--ambient-caps=-all,+dac_override',
];

/**
 * A PostgreSQL on loopback that makes its folder when there is none.
 * @param postgres `password` is a file that holds it
 */
export function launchPostgres(postgres: {
  script: string;
  data: string;
  port: number;
  password: string;
  env: Record<string, string>;
}): Launch {
  const { script, data, port, password, env } = postgres;
  const start = ['sh', script, findPostgres(), data, String(port), password, COLD_STORE_USER];
  const [command, ...args] = process.getuid?.() === 0 ? [...AS_POSTGRES, ...start] : start;
  // SIGTERM would wait for every client to leave by itself.
  return { command: command!, args, env, stopSignal: 'SIGINT' };
}
