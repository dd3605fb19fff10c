import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { Releases } from '../releases.ts';
import type { Revisions } from '../revisions.ts';
import { SOURCE_FILES, SOURCE_FOLDERS } from '../source.ts';
import { BUILT_IN, type Revision } from '../target.ts';
import { errors } from './errors.ts';
import { type ComposeProject, replace } from './project.ts';

/** Volumes that hold the bank's data; what is left out can be had again, or is nobody's to bring back (tokens, clock). */
export const DATA_VOLUMES = [
  'lake',
  'artifacts',
  'gateway-state',
  'inference-eu-state',
  'inference-us-state',
  'registry-state',
  'features-state',
  'feature-consumer-state',
  'monitor-state',
  'pipeline-state',
  'world-state',
  'redis-online',
  'redis-log',
  'alertmanager',
] as const;

export interface OverrideOptions {
  project: ComposeProject;
  /** Services that take revisions. */
  services: readonly string[];
  revisions: Revisions;
  releases: Releases;
  /** Folder on this machine that Prometheus writes its query log into. */
  queryLog: string;
  /** Who may ask Toxiproxy anything. */
  proxyToken: string;
}

const APP = '/app';
const GUARD = fileURLToPath(new URL('./guard.ts', import.meta.url));
const FOLDER_INSIDE = '/release';

/**
 * Writes what runs: environment and code of the current revisions into Compose's override, settings beside it.
 * A container reads its settings whenever it starts, also after a crash or a `docker compose restart`; environment and
 * code are part of the container, as everywhere in Docker, and need a new one.
 */
export function writeOverride(options: OverrideOptions): void {
  const { project, services, revisions, releases, queryLog, proxyToken } = options;
  for (const name of services) writeSettings(project, name, revisions.current(name));
  writePrometheus(project);
  replace(guardFile(project), `TOKEN=${proxyToken}\n`, 0o644);
  const document = {
    services: {
      ...Object.fromEntries(
        services.map((name) => {
          const { environment, code } = revisions.current(name);
          const mounts = [`${folderOf(project, name)}:${FOLDER_INSIDE}:ro`, ...mountsOf(releases, code)];
          return [name, { environment: escaped(environment), volumes: mounts }];
        }),
      ),
      prometheus: {
        volumes: [
          `${join(project.folder, 'prometheus.yml')}:/etc/prometheus/prometheus.yml:ro`,
          `${queryLog}:/looks`,
        ],
      },
      keeper: KEEPER,
      'toxiproxy-api': guardOf(project),
    },
    networks: { bank: null },
    volumes: { snapshots: null },
  };
  replace(project.override, stringify(document));
}

/** A container of the engine's own beside the bank. */
const HARDENED = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose fills it in, as for every service of ours
  image: 'firedrill:${FIREDRILL_TAG:-latest}',
  pull_policy: 'never',
  read_only: true,
  init: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  healthcheck: { disable: true },
};

/** Holds the volumes while the engine copies them or writes into them; nobody else starts it. */
const KEEPER = {
  ...HARDENED,
  profiles: ['engine'],
  user: '0:0',
  network_mode: 'none',
  // Owners stay who they were: Redis writes as another user than the services.
  cap_add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
  entrypoint: ['sh', '-c'],
  command: ['sleep 3600'],
  volumes: [
    ...DATA_VOLUMES.map((name) => `${name}:/data/${name}`),
    'snapshots:/snapshots',
    'platform:/platform',
    'truth:/truth',
  ],
};

const guardFile = ({ folder }: ComposeProject): string => join(folder, 'toxiproxy-api.env');

/** Before Toxiproxy's API, where the engine of the local platform has its own. */
const guardOf = (project: ComposeProject) => ({
  ...HARDENED,
  user: '1000:1000',
  restart: 'unless-stopped',
  networks: ['bank'],
  command: ['--env-file=/guard/guard.env', '/guard/guard.ts'],
  environment: { UPSTREAM: 'http://toxiproxy:8474', PORT: 8474 },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose fills it in
  ports: ['127.0.0.1:${DRILL_PORTS}474:8474'],
  volumes: [`${GUARD}:/guard/guard.ts:ro`, `${guardFile(project)}:/guard/guard.env:ro`],
});

const folderOf = ({ folder }: ComposeProject, name: string): string => join(folder, 'releases', name);

/** Settings and the number of the revision: `node --env-file-if-exists` reads them. */
function writeSettings(project: ComposeProject, name: string, { revision, code, settings }: Revision): void {
  const folder = folderOf(project, name);
  // Not the owner's alone: the container's user is another one. Above it nobody else may look.
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const values = { REVISION: String(revision), CODE_DIGEST: code, SETTINGS: JSON.stringify(settings) };
  const lines = Object.entries(values).map(([key, value]) => `${key}=${quoted(key, value)}\n`);
  replace(join(folder, 'release.env'), lines.join(''), 0o644);
}

/** Node takes what stands between two of the same as it is; it knows no escapes there. @throws AppError COMPOSE_VALUE */
export function quoted(name: string, value: string): string {
  const quote = ["'", '`'].find((one) => !value.includes(one));
  if (quote === undefined) throw errors.VALUE(name);
  return `${quote}${value}${quote}`;
}

/** Compose would put variables of the operator's shell in. */
const escaped = (environment: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replaceAll('$', '$$$$')]),
  );

const mountsOf = (releases: Releases, code: string): string[] =>
  code === BUILT_IN
    ? []
    : [...SOURCE_FOLDERS, ...SOURCE_FILES].map(
        (path) => `${join(releases.rootOf(code), path)}:${APP}/${path}:ro`,
      );

/** The bank's own configuration, and a log of what is asked: looking is seen only where it is written down. */
function writePrometheus({ root, folder }: ComposeProject): void {
  const config = parse(readFileSync(join(root, 'infra/compose/prometheus.yml'), 'utf8')) as {
    global: Record<string, string>;
  };
  config.global.query_log_file = '/looks/queries.log';
  replace(join(folder, 'prometheus.yml'), stringify(config), 0o644);
}
