import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { standClock } from '../../../lib/kit/business-clock.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { ProxyClient } from '../../proxy/client.ts';
import type { FollowedClock } from './clock.ts';
import { docker, tryDocker } from './docker.ts';
import { errors } from './errors.ts';
import type { Keeper } from './keeper.ts';
import type { ComposeProject } from './project.ts';

export interface ComposeBankOptions {
  project: ComposeProject;
  clock: FollowedClock;
  /** Bearer tokens: of changing calls at services, of the world's truth, and of Toxiproxy's API. */
  secrets: { admin: string; truth: string; engine: string };
  keeper: Keeper;
  /** For a file on its way into a volume; the owner's alone. */
  folder: string;
  /** Of Toxiproxy's API behind its guard. */
  proxyUrl: string;
}

/** Packages are downloaded for a first image. */
const BUILD_MS = 1_800_000;
/** Sixty days of history and a model, on a busy machine. */
const PREPARE_MS = 900_000;
const STARTS_WITHIN_MS = 60_000;

/** What of docker-compose.yml is no workload: the image, the stores' proxy, `prepare` and `clock`. */
export class ComposeBank {
  readonly #options: ComposeBankOptions;

  constructor(options: ComposeBankOptions) {
    this.#options = options;
  }

  /** From this repository as it is; nothing is done when nothing has changed. */
  async build(): Promise<void> {
    await this.#options.project.compose(['build', 'prepare'], { timeoutMs: BUILD_MS });
  }

  /** Makes every container that is missing or that the override wants otherwise, and starts none. */
  async create(): Promise<void> {
    await this.#options.project.compose(['up', '--no-start', '--no-build', '--remove-orphans'], {
      timeoutMs: BUILD_MS,
    });
  }

  /** The stores and what stands before them; the services must find them. */
  async openStores(): Promise<void> {
    const { proxyUrl, secrets } = this.#options;
    const names = ['redis-online', 'event-log', 'toxiproxy', 'toxiproxy-api'];
    await docker(['start', ...names.map((service) => this.#container(service))]);
    const proxy = new ProxyClient({ url: proxyUrl, token: secrets.engine });
    const listening = async () => (await proxy.version()) !== '';
    await waitFor('Toxiproxy to answer', listening, { deadlineMs: STARTS_WITHIN_MS });
  }

  /** Runs `prepare` to its end, with the tokens of this platform. @throws AppError COMPOSE_PREPARE with its last line */
  async prepare(): Promise<void> {
    const { secrets, keeper } = this.#options;
    const name = this.#container('prepare');
    const tokens = {
      '/platform/admin.env': `ADMIN_TOKEN=${secrets.admin}\n`,
      '/truth/truth.env': `WORLD_TRUTH_TOKEN=${secrets.truth}\n`,
    };
    await keeper.during(() => keeper.write(tokens));
    await docker(['start', name]);
    const code = (await docker(['wait', name], { timeoutMs: PREPARE_MS })).trim();
    if (code === '0') return;
    const { stdout, stderr } = await tryDocker(['logs', '--tail', '1', name]);
    throw errors.PREPARE((stdout || stderr).trim() || `it ended with status ${code}`);
  }

  /** Starts business time where it stood, and follows it. */
  async openClock(): Promise<void> {
    const begun = Date.now();
    const name = this.#container('clock');
    await docker(['start', name]);
    const epoch = async () => {
      const { code, stdout } = await tryDocker(['exec', name, 'cat', '/platform/clock.env']);
      // What an earlier one left is there until the program has begun.
      return code === 0 && Number(/CLOCK_WALL_EPOCH_MS=(\d+)/.exec(stdout)?.[1]) >= begun && stdout;
    };
    this.#options.clock.follow(await waitFor('the clock to start', epoch, { deadlineMs: STARTS_WITHIN_MS }));
  }

  /** Makes it `businessMs`, epoch ms, for the next `openClock`. No service may run. */
  async stand(businessMs: number): Promise<void> {
    const { keeper, folder } = this.#options;
    await tryDocker(['kill', this.#container('clock')]);
    const file = join(folder, 'clock.json');
    standClock(file, businessMs);
    const text = readFileSync(file, 'utf8');
    rmSync(file);
    await keeper.during(() => keeper.write({ '/platform/clock.json': text }));
  }

  /** Wall time, epoch ms, to the second. */
  async silencesWrittenAt(): Promise<number> {
    const look = ['exec', this.#container('alertmanager'), 'stat', '-c', '%Y', '/alertmanager/silences'];
    return Number(await docker(look)) * 1000;
  }

  #container(service: string): string {
    return `${this.#options.project.name}-${service}-1`;
  }
}
