import { docker, tryDocker } from './docker.ts';
import type { ComposeProject } from './project.ts';
import { DATA_VOLUMES } from './release.ts';

const FOLDER = '/snapshots';
/** Copying takes seconds; a disk that is busy with everything else takes more. */
const COPY_MS = 300_000;

/** Copies of the bank's volumes, in a volume of their own: no file of the bank passes through this machine's folders. */
export class VolumeCopies {
  readonly #project: ComposeProject;

  constructor(project: ComposeProject) {
    this.#project = project;
  }

  /** Makes a copy of `name`; it counts once `publish` has been called. Call `prepare` first. */
  async keep(name: string): Promise<void> {
    const draft = `${FOLDER}/.draft-${name}`;
    await this.#run(`rm -rf '${draft}' && mkdir '${draft}' && cp -a /data/. '${draft}/'`);
  }

  publish(name: string): Promise<void> {
    const [draft, whole] = [`${FOLDER}/.draft-${name}`, `${FOLDER}/${name}`];
    return this.#run(`rm -rf '${whole}' && mv '${draft}' '${whole}'`);
  }

  /** Replaces the data of containers, none of which may run. Done again after an interruption it comes to the same. */
  async bringBack(name: string): Promise<void> {
    const from = `${FOLDER}/${name}`;
    const each = DATA_VOLUMES.map((volume) => {
      const to = `/data/${volume}`;
      return `find ${to} -mindepth 1 -delete && cp -a '${from}/${volume}/.' ${to}/`;
    });
    await this.open();
    await this.#run([`test -d '${from}'`, ...each].join(' && '));
    await this.close();
  }

  async forget(name: string): Promise<void> {
    await this.open();
    await this.#run(`rm -rf '${FOLDER}/${name}' '${FOLDER}/.draft-${name}'`);
    await this.close();
  }

  /** Starts who copies: that takes longer than the copy, and the bank stands still for the copy alone. */
  async open(): Promise<void> {
    await this.close();
    await this.#project.compose(['run', '--detach', '--no-deps', '--name', this.#keeper, 'keeper']);
  }

  /** Nobody there is not an error. */
  async close(): Promise<void> {
    await tryDocker(['rm', '--force', this.#keeper]);
  }

  async #run(script: string): Promise<void> {
    await docker(['exec', this.#keeper, 'sh', '-ec', script], { timeoutMs: COPY_MS });
  }

  get #keeper(): string {
    return `${this.#project.name}-keeper`;
  }
}
