import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeApi } from './api.ts';
import { type Objects, readObjects, writeObjects } from './objects.ts';

/** Copies of what is ours in the cluster, kept in the home beside the snapshots of its data. */
export class ClusterCopies {
  readonly #api: KubeApi;
  readonly #folder: string;

  constructor(api: KubeApi, folder: string) {
    this.#api = api;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  has(name: string): boolean {
    return existsSync(this.#file(name));
  }

  async open(): Promise<void> {}

  /** Makes a copy; it counts once `publish` has been called. */
  async keep(name: string): Promise<void> {
    writeFileSync(this.#draft(name), JSON.stringify(await readObjects(this.#api)), { mode: 0o600 });
  }

  async publish(name: string): Promise<void> {
    renameSync(this.#draft(name), this.#file(name));
  }

  async close(): Promise<void> {}

  async bringBack(name: string): Promise<void> {
    await writeObjects(this.#api, JSON.parse(readFileSync(this.#file(name), 'utf8')) as Objects);
  }

  async forget(name: string): Promise<void> {
    rmSync(this.#file(name), { force: true });
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.json`);
  }

  #draft(name: string): string {
    return join(this.#folder, `.draft-${name}.json`);
  }
}
