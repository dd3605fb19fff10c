import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelVersion } from '../../../lib/contract/registry.ts';
import { messageOf } from '../../../lib/kit/errors.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import { reasonOf } from './errors.ts';
import type { Model } from './model.ts';
import type { RegistryClient } from './registry.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** What is too slow stays so, and to try it again costs those who are served meanwhile, when there are any. */
const LASTING = 'too_slow';

export interface ServingOptions {
  name: string;
  /** The alias to follow or the version to stay at. */
  which: { alias: string } | { version: string };
  region: string;
  stateDir: string;
  registry: Pick<RegistryClient, 'resolve' | 'confirm'>;
  load(version: ModelVersion): Promise<Model>;
  logger: Logger;
  metrics: Metrics;
}

interface Refusal {
  version: string;
  digest: string;
  problem: string;
  /** As `reasonOf` says it. */
  reason: string;
  tries: number;
  /** On the monotonic clock. */
  retryAt: number;
}

/**
 * Which model this process serves. `sync` compares with the registry:
 *
 *   same digest           nothing to do
 *   another one           load and verify it, swap, tell the registry
 *   it is refused         keep what is served, count it, try again with growing pauses; one that is too slow beside
 *                         one that is served is tried again when an operator loads it
 *   registry unreachable  keep what is served; at the start, serve what was served last
 */
export class Serving {
  readonly #options: ServingOptions;
  readonly #path: string;
  readonly #loads;
  readonly #failures;
  #current: Model | undefined;
  #refused: Refusal | undefined;
  #unloaded = false;
  #confirmed: string | undefined;
  #syncing: Promise<void> | undefined;
  #problem = 'it is still being loaded';

  constructor(options: ServingOptions) {
    this.#options = options;
    const { metrics, name, region, stateDir } = options;
    this.#path = join(stateDir, `serving-${name}.json`);
    this.#loads = metrics.histogram('firedrill_model_load_duration_seconds');
    this.#failures = metrics.counter('firedrill_model_load_failures_total');
    metrics.gauge('firedrill_model_refused', (gauge) => {
      gauge.reset();
      if (!this.#refused) return;
      const { version, reason } = this.#refused;
      gauge.set({ model: name, version, reason }, 1);
    });
    metrics.gauge('firedrill_model_info', (gauge) => {
      gauge.reset();
      if (!this.#current) return;
      const { identity, view } = this.#current;
      const { name: model, version, digest } = identity;
      gauge.set({ model, version, digest, feature_view: `${view.name}@${view.version}`, region }, 1);
    });
  }

  get name(): string {
    return this.#options.name;
  }

  get current(): Model | undefined {
    return this.#current;
  }

  /** The version that is served, fetched and checked at this moment. Whoever asks for it retires it. */
  async fresh(): Promise<Model | undefined> {
    if (!this.#current) return undefined;
    const startedAt = performance.now();
    const model = await this.#options.load(this.#current.registered);
    this.#loads.observe({ model: this.name }, (performance.now() - startedAt) / 1000);
    return model;
  }

  /** Why there is no model, or why a newer one is refused; undefined when all is well. */
  get problem(): string | undefined {
    return this.#current ? this.#refused?.problem : this.#problem;
  }

  /** Brings what is served in line with the registry. One at a time. @throws AppError MODEL_UNRESOLVED */
  sync(): Promise<void> {
    this.#syncing ??= this.#sync().finally(() => {
      this.#syncing = undefined;
    });
    return this.#syncing;
  }

  /** Serves again after `unload`, and tries a refused version now. @throws AppError MODEL_* when it is not served */
  async load(): Promise<Model> {
    await this.#syncing?.catch(() => {});
    this.#unloaded = false;
    this.#refused = undefined;
    this.#problem = 'it is still being loaded';
    await this.sync();
    if (this.#current && !this.#refused) return this.#current;
    throw new Error(this.problem);
  }

  /** Stops serving until `load`. */
  async unload(): Promise<void> {
    this.#unloaded = true;
    await this.#syncing?.catch(() => {});
    this.#current?.onnx.retire();
    this.#current = undefined;
    this.#confirmed = undefined;
    this.#problem = 'it was unloaded by an operator; load it again';
  }

  async #sync(): Promise<void> {
    if (this.#unloaded) return;
    const { registry, name, which, region } = this.#options;
    let wanted: ModelVersion;
    try {
      wanted = await registry.resolve(name, which);
    } catch (error) {
      if (!this.#current) await this.#serveLast(error);
      throw error;
    }
    await this.#follow(wanted);
    const served = this.#current?.identity;
    if (served && this.#confirmed !== served.digest) {
      await registry.confirm(region, served);
      this.#confirmed = served.digest;
    }
  }

  async #follow(wanted: ModelVersion): Promise<void> {
    const { digest } = wanted.manifest;
    const served = this.#current?.identity;
    if (served?.digest === digest && served.version === wanted.version) {
      this.#refused = undefined;
      return;
    }
    const refused = this.#refused?.digest === digest ? this.#refused : undefined;
    if (refused && performance.now() < refused.retryAt) return;
    try {
      await this.#replace(wanted);
      this.#refused = undefined;
    } catch (error) {
      const { version } = wanted;
      const reason = reasonOf(error);
      const problem = `version ${version} is refused: ${messageOf(error)}`;
      const tries = (refused?.tries ?? 0) + 1;
      const pause =
        reason === LASTING && this.#current
          ? Number.POSITIVE_INFINITY
          : Math.min(FIRST_RETRY_MS * 2 ** (tries - 1), LONGEST_RETRY_MS);
      this.#refused = { version, digest, problem, reason, tries, retryAt: performance.now() + pause };
      this.#problem = problem;
      this.#failures.inc({ model: this.name, reason });
      this.#options.logger.error(
        { model: this.name, version, digest, err: messageOf(error) },
        'model refused',
      );
    }
  }

  async #replace(wanted: ModelVersion): Promise<void> {
    const startedAt = performance.now();
    const next = await this.#options.load(wanted);
    const before = this.#current;
    this.#current = next;
    before?.onnx.retire();
    const seconds = (performance.now() - startedAt) / 1000;
    this.#loads.observe({ model: this.name }, seconds);
    const { version, digest } = next.identity;
    this.#options.logger.info({ model: this.name, version, digest, seconds }, 'model served');
    await this.#remember(wanted);
  }

  async #remember(served: ModelVersion): Promise<void> {
    await mkdir(this.#options.stateDir, { recursive: true });
    await writeFile(`${this.#path}.new`, JSON.stringify(served));
    await rename(`${this.#path}.new`, this.#path);
  }

  async #serveLast(reason: unknown): Promise<void> {
    this.#problem = messageOf(reason);
    const remembered = await readFile(this.#path, 'utf8').catch(() => undefined);
    if (remembered === undefined) return;
    const last = JSON.parse(remembered) as ModelVersion;
    const { which } = this.#options;
    if ('version' in which && which.version !== last.version) return;
    await this.#follow(last);
  }
}
