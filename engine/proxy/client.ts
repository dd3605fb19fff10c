import { type CallOptions, call } from '../../lib/kit/call.ts';
import { AppError, messageOf } from '../../lib/kit/errors.ts';
import { errors } from './errors.ts';
import type { Direction } from './toxic.ts';

/** A toxic to set. `name` defaults to `<type>_<stream>`, `stream` to downstream, `toxicity` to 1. */
export interface ToxicSpec {
  type: string;
  name?: string;
  stream?: Direction;
  toxicity?: number;
  attributes?: Record<string, number>;
}

export type ToxicState = Required<ToxicSpec>;

/** A proxy to make. Addresses are "host:port"; port 0 is a free one. */
export interface ProxySpec {
  name: string;
  listen: string;
  upstream: string;
  enabled?: boolean;
}

export interface ProxyState extends Required<ProxySpec> {
  toxics: ToxicState[];
}

/** An answer of the proxy's API that is not a success, with its status and its own sentence. */
export class ProxyApiError extends AppError {
  constructor(status: number, message: string) {
    super('PROXY_REFUSED', status, message);
    this.name = 'ProxyApiError';
  }
}

export interface ProxyClientOptions {
  /** Base URL, for example http://127.0.0.1:4474. */
  url: string;
  /** Sent with every call. Ours demands it, Toxiproxy does not look. */
  token?: string;
  /** Milliseconds until a call is given up. */
  timeout?: number;
}

/**
 * A client of Toxiproxy's HTTP API, for ours and the real one (2.1 and later) alike. Every call rejects with
 * ProxyApiError for an answer that is no success, and with the AppError PROXY_UNREACHABLE when there is none in time.
 */
export class ProxyClient {
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #timeout: number;

  constructor({ url, token, timeout = 5000 }: ProxyClientOptions) {
    this.#url = url.replace(/\/$/, '');
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.#timeout = timeout;
  }

  /** The version the API announces. */
  async version(): Promise<string> {
    // Toxiproxy has answered with bare text, with broken JSON and with JSON: the version is always the last word.
    const text = await this.#ask('GET', '/version');
    return /[\w.+-]+(?=\W*$)/.exec(text)?.[0] ?? '';
  }

  /** All proxies by name. */
  async list(): Promise<Record<string, ProxyState>> {
    return JSON.parse(await this.#ask('GET', '/proxies'));
  }

  async get(proxy: string): Promise<ProxyState> {
    return JSON.parse(await this.#ask('GET', path(proxy)));
  }

  async create(spec: ProxySpec): Promise<ProxyState> {
    return JSON.parse(await this.#ask('POST', '/proxies', spec));
  }

  /** Makes many proxies; those that exist with the same addresses stay. */
  async populate(specs: readonly ProxySpec[]): Promise<ProxyState[]> {
    return JSON.parse(await this.#ask('POST', '/populate', specs)).proxies;
  }

  /** Changes addresses or turns the proxy on or off (off closes its connections). */
  async update(proxy: string, change: Partial<Omit<ProxySpec, 'name'>>): Promise<ProxyState> {
    // Not PATCH: Toxiproxy knows it only since 2.6, POST works with all.
    return JSON.parse(await this.#ask('POST', path(proxy), change));
  }

  async delete(proxy: string): Promise<void> {
    await this.#ask('DELETE', path(proxy));
  }

  async toxics(proxy: string): Promise<ToxicState[]> {
    return JSON.parse(await this.#ask('GET', path(proxy, '')));
  }

  async addToxic(proxy: string, toxic: ToxicSpec): Promise<ToxicState> {
    return JSON.parse(await this.#ask('POST', path(proxy, ''), toxic));
  }

  /** Changes attributes and toxicity; attributes not named stay. */
  async updateToxic(
    proxy: string,
    toxic: string,
    change: Pick<ToxicSpec, 'attributes' | 'toxicity'>,
  ): Promise<ToxicState> {
    return JSON.parse(await this.#ask('POST', path(proxy, toxic), change));
  }

  async removeToxic(proxy: string, toxic: string): Promise<void> {
    await this.#ask('DELETE', path(proxy, toxic));
  }

  /** Turns every proxy on and removes every toxic. */
  async reset(): Promise<void> {
    await this.#ask('POST', '/reset');
  }

  async #ask(method: CallOptions['method'], route: string, body?: unknown): Promise<string> {
    const { status, text } = await this.#send(method, route, body).catch((error: Error) => {
      throw errors.UNREACHABLE(this.#url, messageOf(error.cause ?? error));
    });
    if (status >= 400)
      throw new ProxyApiError(status, errorIn(text) ?? `${method} ${route} was answered ${status}`);
    return text;
  }

  async #send(
    method: CallOptions['method'],
    route: string,
    body: unknown,
  ): Promise<{ status: number; text: string }> {
    const response = await call(this.#url + route, {
      method,
      headers: body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(this.#timeout),
    });
    return { status: response.status, text: await response.text() };
  }
}

function path(proxy: string, toxic?: string): string {
  const route = `/proxies/${encodeURIComponent(proxy)}`;
  if (toxic === undefined) return route;
  return toxic === '' ? `${route}/toxics` : `${route}/toxics/${encodeURIComponent(toxic)}`;
}

// Something in between (a load balancer, a wrong port) may answer with no JSON at all.
function errorIn(text: string): string | undefined {
  try {
    return JSON.parse(text).error;
  } catch {
    return undefined;
  }
}
