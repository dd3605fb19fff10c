import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ROOT } from '../architecture/sources.ts';

export interface ComposeService {
  image: string;
  build?: unknown;
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  profiles?: string[];
  command?: string[];
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  tmpfs?: string[];
  networks?: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
}

/** `${NAME:-default}` as it is where nobody sets NAME. */
const interpolated = (text: string): string => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

const document = parse(interpolated(readFileSync(`${ROOT}docker-compose.yml`, 'utf8')), { merge: true }) as {
  services: Record<string, ComposeService>;
  volumes: Record<string, null>;
};

/** docker-compose.yml as a user has it who sets nothing. */
export const COMPOSE = Object.entries(document.services);
export const VOLUMES = Object.keys(document.volumes);

export const composeService = (name: string): ComposeService => {
  const service = document.services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
};

/** Programs of ours, by the file the command names; undefined for third parties. */
export const entryOf = ({ command = [] }: ComposeService): string | undefined =>
  command.find((argument) => argument.endsWith('.ts'));

/** What `node --env-file` adds, as prepare and clock write it. */
const ENV_FILES: Record<string, Record<string, string>> = {
  '/platform/admin.env': { ADMIN_TOKEN: 'made at the first start' },
  '/platform/clock.env': {
    CLOCK_WALL_EPOCH_MS: '1',
    CLOCK_BUSINESS_EPOCH_MS: '2',
    DRILL_DAY_SECONDS: '60',
  },
  '/truth/truth.env': { WORLD_TRUTH_TOKEN: 'made at the first start' },
};

/** The whole environment a program of ours gets. */
export function environmentOf({ command = [], environment = {} }: ComposeService): Record<string, string> {
  const files = command.flatMap((argument) => /^--env-file=(.+)$/.exec(argument)?.[1] ?? []);
  const written = files.map((file) => {
    if (!(file in ENV_FILES)) throw new Error(`nobody writes ${file}`);
    return ENV_FILES[file];
  });
  const given = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));
  return Object.assign({}, ...written, given);
}

/** `from:to[:ro]` */
export const mountsOf = ({ volumes = [] }: ComposeService) =>
  volumes.map((volume) => {
    const [from, to, mode] = volume.split(':');
    return { from: from!, to: to!, readOnly: mode === 'ro' };
  });
