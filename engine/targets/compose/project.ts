import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { docker, type RunOptions } from './docker.ts';
import { errors } from './errors.ts';

/** Every platform on a machine has a project of its own, named by its ports. */
export const projectOf = (base: number): string => `firedrill-${base / 1000}`;

export interface ProjectOptions {
  /** The repository: docker-compose.yml lies here. */
  root: string;
  /** Folder for what is written for Compose: the override, the env file, the releases. */
  folder: string;
  /** DRILL_PORT_BASE. */
  base: number;
  daySeconds: number;
}

/**
 * The Compose project of one platform: docker-compose.yml with the event log on Redis, and an override of the engine's
 * own. Whoever is on call has the same with `docker compose --env-file <folder>/compose.env`.
 */
export class ComposeProject {
  readonly name: string;
  readonly folder: string;
  readonly root: string;
  readonly #env: Record<string, string>;

  /** @throws AppError COMPOSE_PORT_BASE */
  constructor({ root, folder, base, daySeconds }: ProjectOptions) {
    if (base % 1000 !== 0) throw errors.PORT_BASE(base);
    this.name = projectOf(base);
    this.folder = folder;
    this.root = root;
    const files = [
      join(root, 'docker-compose.yml'),
      join(root, 'infra/compose/redis-log.yml'),
      this.override,
    ];
    this.#env = {
      COMPOSE_PROJECT_NAME: this.name,
      COMPOSE_FILE: files.join(delimiter),
      DRILL_PORTS: String(base / 1000),
      DRILL_DAY_SECONDS: String(daySeconds),
      EVENT_LOG_URL: 'redis://toxiproxy:4580',
    };
  }

  /** What the engine adds to docker-compose.yml. */
  get override(): string {
    return join(this.folder, 'override.yml');
  }

  get envFile(): string {
    return join(this.folder, 'compose.env');
  }

  writeEnvFile(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const lines = Object.entries(this.#env).map(([name, value]) => `${name}=${value}\n`);
    replace(this.envFile, `# docker compose --env-file ${this.envFile} ps\n${lines.join('')}`);
  }

  /** @throws AppError COMPOSE_FAILED */
  compose(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return docker(['compose', ...args], { ...options, env: { ...options.env, ...this.#env } });
  }

  /** Removes containers and networks, and the volumes when `volumes` says so. Nothing there is not an error. */
  async remove({ volumes }: { volumes: boolean }): Promise<void> {
    await removeProject(this.name, { volumes });
  }
}

/** By its label alone, so that it also works when its files are gone or broken. @returns whether anything was there */
export async function removeProject(name: string, { volumes }: { volumes: boolean }): Promise<boolean> {
  const label = `label=com.docker.compose.project=${name}`;
  const lines = async (...args: string[]) =>
    (await docker([...args, '-q', '--filter', label])).split('\n').filter((line) => line !== '');
  const clock = await lines('ps', '--filter', 'label=com.docker.compose.service=clock');
  const others = (await lines('ps')).filter((id) => !clock.includes(id));
  // Business time goes on until nobody needs it any more.
  for (const running of [others, clock])
    if (running.length > 0) await docker(['stop', '-t', '8', ...running]);
  const containers = await lines('ps', '-a');
  if (containers.length > 0) await docker(['rm', '--force', ...containers]);
  const networks = await lines('network', 'ls');
  if (networks.length > 0) await docker(['network', 'rm', ...networks]);
  const kept = volumes ? await lines('volume', 'ls') : [];
  if (kept.length > 0) await docker(['volume', 'rm', ...kept]);
  return containers.length > 0;
}

/** Whoever reads meanwhile sees the old file or the new one. */
export function replace(file: string, text: string, mode = 0o600): void {
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
}
