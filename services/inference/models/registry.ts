import { Ajv } from 'ajv';
import { request } from 'undici';
import { type ModelVersion, ModelVersionSchema } from '../../../lib/contract/registry.ts';
import { messageOf } from '../../../lib/kit/errors.ts';
import { errors } from './errors.ts';

const ANSWER_MS = 2_000;
const ARTIFACT_MS = 30_000;

export interface RegistryOptions {
  url: string;
  token: string;
  /** The process, on record as the actor. */
  actor: string;
}

const isModelVersion = new Ajv({ strict: false }).compile<ModelVersion>(ModelVersionSchema);

/** The calls of the model registry that serving needs. */
export class RegistryClient {
  readonly #options: RegistryOptions;
  readonly #answers = new Map<string, { etag: string; answer: unknown }>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** @throws AppError MODEL_UNRESOLVED or MODEL_MANIFEST_INVALID */
  async resolve(name: string, which: { alias: string } | { version: string }): Promise<ModelVersion> {
    const path = 'alias' in which ? `aliases/${which.alias}` : `versions/${which.version}`;
    const what = `${name} ${path}`;
    const answer = await this.#ask(`/v1/models/${encodeURIComponent(name)}/${path}`).catch(
      (error: unknown) => {
        throw errors.UNRESOLVED(what, messageOf(error));
      },
    );
    if (isModelVersion(answer)) return answer;
    const [problem] = isModelVersion.errors ?? [];
    throw errors.MANIFEST_INVALID(what, `${problem?.instancePath} ${problem?.message}`);
  }

  /** The bytes the registry keeps under a digest, unverified. @throws AppError MODEL_ARTIFACT_UNAVAILABLE */
  async artifact(digest: string): Promise<Uint8Array> {
    try {
      return await this.#get(`/v1/artifacts/${digest}`, ARTIFACT_MS);
    } catch (error) {
      throw errors.ARTIFACT_UNAVAILABLE(digest, messageOf(error));
    }
  }

  /** Puts on record what a region serves now. */
  async confirm(region: string, model: { name: string; version: string; digest: string }): Promise<void> {
    const { url, token, actor } = this.#options;
    const { statusCode, body } = await request(`${url}/v1/deployments/${encodeURIComponent(region)}`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-actor': actor,
      },
      body: JSON.stringify({ model: model.name, version: model.version, digest: model.digest }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await body.text();
    if (statusCode >= 300) throw new Error(`status ${statusCode}: ${text.slice(0, 200)}`);
  }

  /** Asked every second, the registry mostly says that nothing changed (RFC 9110, If-None-Match). */
  async #ask(path: string): Promise<unknown> {
    const known = this.#answers.get(path);
    const { statusCode, headers, body } = await request(this.#options.url + path, {
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: known ? { 'if-none-match': known.etag } : {},
    });
    const text = await body.text();
    if (statusCode === 304 && known) return known.answer;
    if (statusCode !== 200) throw new Error(`status ${statusCode}: ${text.slice(0, 200)}`);
    const answer = JSON.parse(text);
    if (typeof headers.etag === 'string') this.#answers.set(path, { etag: headers.etag, answer });
    return answer;
  }

  async #get(path: string, deadlineMs: number): Promise<Uint8Array> {
    const signal = AbortSignal.timeout(deadlineMs);
    const { statusCode, body } = await request(this.#options.url + path, { signal });
    const bytes = await body.bytes();
    if (statusCode === 200) return bytes;
    throw new Error(`status ${statusCode}: ${Buffer.from(bytes).toString().slice(0, 200)}`);
  }
}
