import type { ModelManifest, ModelVersion } from '../../../lib/contract/registry.ts';
import { type CallOptions, call } from '../../../lib/kit/call.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import type { DrillContext } from '../../contract/parts.ts';
import { errors } from '../errors.ts';

const ANSWER_MS = 10_000;
const ARTIFACT_MS = 60_000;
/** A training run ends itself after five minutes. */
const TRAINED_WITHIN_MS = 320_000;

interface Author {
  actor: string;
  reason: string;
}

/** Statuses that are an answer and no failure. */
type Accepted = readonly number[];

/** The registry and the pipeline as somebody with rights uses them. */
export class RegistryHand {
  readonly #context: Pick<DrillContext, 'url' | 'adminToken'>;
  readonly #author: Author;

  constructor(context: Pick<DrillContext, 'url' | 'adminToken'>, author: Author) {
    this.#context = context;
    this.#author = author;
  }

  /** By number, or by alias; undefined when there is no such alias. */
  async version(model: string, which: string): Promise<ModelVersion | undefined> {
    const path = /^\d+$/.test(which) ? `versions/${which}` : `aliases/${which}`;
    const answer = await this.#ask('registry', `/v1/models/${model}/${path}`, {}, [404]);
    return answer.status === 404 ? undefined : ((await answer.json()) as ModelVersion);
  }

  async artifact(digest: string): Promise<Uint8Array> {
    const answer = await this.#ask('registry', `/v1/artifacts/${digest}`, {
      signal: AbortSignal.timeout(ARTIFACT_MS),
    });
    return new Uint8Array(await answer.arrayBuffer());
  }

  async store(artifact: Uint8Array): Promise<string> {
    const answer = await this.#ask('registry', '/v1/artifacts', {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: artifact,
      signal: AbortSignal.timeout(ARTIFACT_MS),
    });
    return ((await answer.json()) as { digest: string }).digest;
  }

  /** The number it got. */
  async register(
    model: string,
    version: { manifest: ModelManifest; tags: Record<string, string>; description: string },
  ): Promise<string> {
    const body = { ...version, reason: this.#author.reason };
    const answer = await this.#json('registry', 'POST', `/v1/models/${model}/versions`, body);
    return ((await answer.json()) as ModelVersion).version;
  }

  /** The number of the version a training run registered; it moves no alias. */
  async train(model: string, parameters: Record<string, unknown>): Promise<string> {
    const body = { ...parameters, model, promote: false };
    const started = await this.#json('pipeline', 'POST', '/v1/jobs/train/runs', body);
    const { id } = (await started.json()) as { id: string };
    const run = await waitFor('the training run', () => this.#ended(id), {
      deadlineMs: TRAINED_WITHIN_MS,
      everyMs: 250,
    });
    if (run.status !== 'succeeded') throw errors.JOB_FAILED('train', run.error ?? run.status);
    return run.result!.version;
  }

  async point(model: string, alias: string, version: string): Promise<void> {
    const body = { version, reason: this.#author.reason };
    await this.#json('registry', 'PUT', `/v1/models/${model}/aliases/${alias}`, body);
  }

  /** No alias is left. Not there already is fine. */
  async unpoint(model: string, alias: string): Promise<void> {
    const reason = encodeURIComponent(this.#author.reason);
    const path = `/v1/models/${model}/aliases/${alias}?reason=${reason}`;
    await this.#ask('registry', path, { method: 'DELETE' }, [404]);
  }

  /** Not there already is fine. */
  async forget(name: string, version: string): Promise<void> {
    const path = '/api/2.0/mlflow/model-versions/delete';
    await this.#json('registry', 'DELETE', path, { name, version }, [404]);
  }

  async #ended(id: string) {
    const run = (await (await this.#ask('pipeline', `/v1/runs/${id}`)).json()) as {
      status: string;
      error: string | null;
      result: { version: string } | null;
    };
    return run.status === 'running' ? undefined : run;
  }

  #json(
    service: 'registry' | 'pipeline',
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    accepted?: Accepted,
  ): Promise<Response> {
    const headers = { 'content-type': 'application/json', 'x-reason': this.#author.reason };
    return this.#ask(service, path, { method, headers, body: JSON.stringify(body) }, accepted);
  }

  async #ask(
    service: 'registry' | 'pipeline',
    path: string,
    options: CallOptions = {},
    accepted: Accepted = [],
  ): Promise<Response> {
    const { url, adminToken } = this.#context;
    const answer = await call(`${url(service)}${path}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
      ...options,
      headers: {
        authorization: `Bearer ${adminToken}`,
        'x-actor': this.#author.actor,
        ...options.headers,
      },
    });
    if (answer.ok || accepted.includes(answer.status)) return answer;
    const what = `${options.method ?? 'GET'} ${path}`;
    throw errors.REFUSED(what, answer.status, (await answer.text()).slice(0, 300));
  }
}
