import type { Keeper } from './keeper.ts';
import { DATA_VOLUMES } from './release.ts';

const FOLDER = '/snapshots';

/** Copies of the bank's volumes, in a volume of their own: no file of the bank passes through this machine's folders. */
export class VolumeCopies {
  readonly #keeper: Keeper;

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  /** Starts who copies: that takes longer than the copy, and the bank stands still for the copy alone. */
  open(): Promise<void> {
    return this.#keeper.open();
  }

  /** Makes a copy; it counts once `publish` has been called. */
  keep(name: string): Promise<void> {
    const draft = `${FOLDER}/.draft-${name}`;
    return this.#keeper.run(`rm -rf '${draft}' && mkdir '${draft}' && cp -a /data/. '${draft}/'`);
  }

  publish(name: string): Promise<void> {
    const [draft, whole] = [`${FOLDER}/.draft-${name}`, `${FOLDER}/${name}`];
    return this.#keeper.run(`rm -rf '${whole}' && mv '${draft}' '${whole}'`);
  }

  close(): Promise<void> {
    return this.#keeper.close();
  }

  /** Replaces the data of containers, none of which may run. Done again after an interruption it comes to the same. */
  bringBack(name: string): Promise<void> {
    const from = `${FOLDER}/${name}`;
    const each = DATA_VOLUMES.map((volume) => {
      const to = `/data/${volume}`;
      return `find ${to} -mindepth 1 -delete && cp -a '${from}/${volume}/.' ${to}/`;
    });
    return this.#keeper.during(() => this.#keeper.run([`test -d '${from}'`, ...each].join(' && ')));
  }

  forget(name: string): Promise<void> {
    const script = `rm -rf '${FOLDER}/${name}' '${FOLDER}/.draft-${name}'`;
    return this.#keeper.during(() => this.#keeper.run(script));
  }
}
