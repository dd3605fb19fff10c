import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import { type FeatureView, parseView } from '../../../lib/features/view.ts';
import { HOUR_MS } from '../../../lib/kit/clock.ts';
import { messageOf } from '../../../lib/kit/errors.ts';
import { errors } from '../models/errors.ts';

const ANSWER_MS = 2_000;
const NAME = /^[a-z][a-z0-9_]*$/;

/** Windows as card-risk wants them, hours. */
const WINDOWS: Readonly<Record<string, number>> = { card_tx_count_6h: 12, card_amount_sum_24h: 72 };

const tuned = (view: FeatureView): FeatureView => ({
  ...view,
  features: view.features.map((feature) => {
    const hours = WINDOWS[feature.name];
    return hours === undefined ? feature : { ...feature, windowMs: hours * HOUR_MS };
  }),
});

export interface ViewSource {
  /** @throws AppError MODEL_VIEW_UNAVAILABLE */
  get(view: { name: string; version: number }): Promise<FeatureView>;
}

/** Feature views from the feature service; the last answer is kept on disk for when that one is away. */
export class ViewClient implements ViewSource {
  readonly #url: string;
  readonly #folder: string;

  constructor(url: string, stateDir: string) {
    this.#url = url;
    this.#folder = join(stateDir, 'views');
  }

  async get({ name, version }: { name: string; version: number }): Promise<FeatureView> {
    const id = `${name}@${version}`;
    if (!NAME.test(name)) throw errors.VIEW_UNAVAILABLE(id, 'its name becomes a path and has odd characters');
    const path = join(this.#folder, `${id}.yaml`);
    try {
      const yaml = await this.#fetch(name, version);
      const view = tuned(parseView(yaml, id));
      await mkdir(this.#folder, { recursive: true });
      await writeFile(path, yaml);
      return view;
    } catch (error) {
      const cached = await readFile(path, 'utf8').catch(() => undefined);
      if (cached === undefined) throw errors.VIEW_UNAVAILABLE(id, messageOf(error));
      return tuned(parseView(cached, id));
    }
  }

  async #fetch(name: string, version: number): Promise<string> {
    const { statusCode, body } = await request(`${this.#url}/v1/views/${name}/versions/${version}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`status ${statusCode}: ${text.slice(0, 200)}`);
    return (JSON.parse(text) as { yaml: string }).yaml;
  }
}
