import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import { messageOf } from '../../../lib/kit/errors.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { errors } from './errors.ts';

/** An object of the cluster, as far as all kinds are alike. */
export interface Live {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    deletionGracePeriodSeconds?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string; uid: string }[];
  };
  // biome-ignore lint/suspicious/noExplicitAny: as many shapes as kinds
  spec?: any;
  // biome-ignore lint/suspicious/noExplicitAny: as many shapes as kinds
  status?: any;
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: Live;
}

/** How a PATCH is merged: JSON Merge Patch (RFC 7386), or by the keys of lists as Kubernetes knows them. */
type Merge = 'merge' | 'strategic-merge';

/** Whose fields those are that `apply` writes. */
const FIELD_MANAGER = 'firedrill';

const ANSWERS_WITHIN_MS = 15_000;
/** The API server ends a watch after this; the next one begins where it ended. */
const WATCH_SECONDS = 240;
const AGAIN_AFTER_MS = 500;
const LARGEST_BYTES = 2 ** 26;

/** The proxy lasts as long as our end of its standard input: it leaves with an engine that was killed, too. */
const PROXY = `
  exec 3<&0
  kubectl proxy "--unix-socket=$1" 3<&- &
  proxy=$!
  { cat <&3 >/dev/null; kill "$proxy"; } 2>/dev/null &
  wait "$proxy"
`;

/**
 * The API of a cluster, over `kubectl proxy`: it knows contexts, certificates and log-in plug-ins, and is what candidates
 * have, too. A socket in a folder of the owner's alone keeps everybody else on this machine out.
 */
export class KubeApi {
  readonly #socket: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #pool: Pool;
  readonly #gone = new AbortController();
  #proxy: ChildProcess | undefined;

  /**
   * @param socket path of the socket to make; the folder must be nobody else's
   * @param env says which cluster: KUBECONFIG, or what kubectl takes without it
   */
  constructor(socket: string, env: NodeJS.ProcessEnv = process.env) {
    this.#socket = socket;
    this.#env = env;
    this.#pool = new Pool('http://localhost', { socketPath: socket, connections: 32 });
  }

  /** Once; what could not be opened is closed. @throws AppError KUBERNETES_NO_CLUSTER */
  async open(): Promise<void> {
    rmSync(this.#socket, { force: true });
    const proxy = spawn('/bin/sh', ['-c', PROXY, 'sh', this.#socket], {
      env: this.#env,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.#proxy = proxy;
    let said = '';
    proxy.on('error', (error) => {
      said = error.message;
    });
    proxy.stderr?.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-2_000);
    });
    const left = () => proxy.exitCode !== null || proxy.signalCode !== null || proxy.pid === undefined;
    const ready = async () => left() || (await this.#text('/readyz')) === 'ok';
    const failure = await waitFor('the cluster', ready, { deadlineMs: ANSWERS_WITHIN_MS }).then(
      () => (left() ? 'kubectl proxy left' : undefined),
      messageOf,
    );
    if (failure === undefined) return;
    await this.close();
    throw errors.NO_CLUSTER(said.trim().split('\n').at(-1) || failure);
  }

  /** Ends watches and the proxy. */
  async close(): Promise<void> {
    this.#gone.abort();
    await this.#pool.destroy();
    const proxy = this.#proxy;
    if (proxy?.pid !== undefined && proxy.exitCode === null && proxy.signalCode === null) {
      const left = once(proxy, 'exit');
      proxy.stdin?.end();
      await left;
    }
    rmSync(this.#socket, { force: true });
  }

  /** What a kubectl command against the same cluster printed. @throws Error with its last line */
  kubectl(...args: string[]): Promise<string> {
    return kubectl(args, { env: this.#env });
  }

  /** undefined where there is nothing. @throws AppError KUBERNETES_REFUSED */
  async get(path: string): Promise<Live | undefined> {
    return (await this.#json('GET', path, { missing: true })) as Live | undefined;
  }

  /** @param path of a collection, with a query if need be. @throws AppError KUBERNETES_REFUSED */
  async list(path: string): Promise<Live[]> {
    const { items } = (await this.#json('GET', path)) as { items: Live[] };
    return items;
  }

  create(path: string, object: object): Promise<Live> {
    return this.#json('POST', path, { body: object }) as Promise<Live>;
  }

  /** With a `resourceVersion`: undefined when somebody else has changed it since. */
  replace(path: string, object: object): Promise<Live | undefined> {
    return this.#json('PUT', path, { body: object, stale: true }) as Promise<Live | undefined>;
  }

  /** Nobody there is not an error: undefined. */
  patch(path: string, change: object, merge: Merge = 'merge'): Promise<Live | undefined> {
    const type = `application/${merge}-patch+json`;
    return this.#json('PATCH', path, { body: change, type, missing: true }) as Promise<Live | undefined>;
  }

  /** Makes it, or makes it say this. Where the cluster does not know its kind (yet): undefined. */
  apply(path: string, object: object): Promise<Live | undefined> {
    const type = 'application/apply-patch+yaml';
    const query = `fieldManager=${FIELD_MANAGER}&force=true`;
    return this.#json('PATCH', `${path}?${query}`, { body: object, type, missing: true }) as Promise<
      Live | undefined
    >;
  }

  /** Nobody there is not an error. @param options of the deletion: `{gracePeriodSeconds: 0}` */
  async delete(path: string, options: object = {}): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...options };
    await this.#json('DELETE', path, { body, missing: true });
  }

  /**
   * What is there, and then whatever happens to it, until the API is closed. A connection that is lost is made again, and
   * begins with what is there then; `relisted` is told, because what was deleted meanwhile is told nobody.
   * @param path of a collection
   */
  async watch(
    path: string,
    seen: (event: WatchEvent) => void,
    relisted: (all: readonly Live[]) => void = () => {},
  ): Promise<void> {
    const { signal } = this.#gone;
    const mark = path.includes('?') ? '&' : '?';
    while (!signal.aborted) {
      try {
        const list = (await this.#json('GET', path)) as {
          items: Live[];
          metadata: { resourceVersion: string };
        };
        relisted(list.items);
        for (const object of list.items) seen({ type: 'MODIFIED', object });
        await this.#follow(`${path}${mark}watch=1&timeoutSeconds=${WATCH_SECONDS}`, list.metadata, seen);
      } catch {
        await delay(AGAIN_AFTER_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #follow(
    path: string,
    { resourceVersion }: { resourceVersion: string },
    seen: (event: WatchEvent) => void,
  ): Promise<void> {
    let version = resourceVersion;
    for (;;) {
      const { body, statusCode } = await this.#pool.request({
        method: 'GET',
        path: `${path}&resourceVersion=${version}`,
        signal: this.#gone.signal,
        headersTimeout: ANSWERS_WITHIN_MS,
        bodyTimeout: 0,
      });
      if (statusCode !== 200) throw errors.REFUSED(`a watch of ${path}`, await body.text());
      for await (const line of createInterface({ input: body as Readable })) {
        const event = JSON.parse(line) as WatchEvent | { type: 'ERROR' | 'BOOKMARK' };
        if (event.type === 'ERROR') return;
        if (!('object' in event) || event.type === ('BOOKMARK' as string)) continue;
        version = event.object.metadata.resourceVersion ?? version;
        seen(event);
      }
    }
  }

  async #text(path: string): Promise<string> {
    const { body } = await this.#pool.request({ method: 'GET', path, headersTimeout: ANSWERS_WITHIN_MS });
    return body.text();
  }

  async #json(
    method: Dispatcher.HttpMethod,
    path: string,
    options: { body?: object; type?: string; missing?: boolean; stale?: boolean } = {},
  ): Promise<unknown> {
    const { body, type = 'application/json', missing = false, stale = false } = options;
    const answer = await this.#pool
      .request({
        method,
        path,
        headers: { 'content-type': type, accept: 'application/json' },
        body: body && JSON.stringify(body),
        headersTimeout: ANSWERS_WITHIN_MS,
        bodyTimeout: ANSWERS_WITHIN_MS,
      })
      .catch((error) => {
        throw errors.NO_CLUSTER(messageOf(error));
      });
    const parsed = (await answer.body.json()) as { message?: string };
    if (answer.statusCode === 404 && missing) return undefined;
    if (answer.statusCode === 409 && stale) return undefined;
    if (answer.statusCode >= 300) throw errors.REFUSED(`${method} ${path}`, parsed.message ?? 'no reason');
    return parsed;
  }
}

const OLDEST_KUBECTL = 27;

/** @throws AppError KUBERNETES_NO_KUBECTL */
export async function checkKubectl(env?: NodeJS.ProcessEnv): Promise<void> {
  const version = JSON.parse(
    await kubectl(['version', '--client', '-o=json'], { env }).catch(() => '{}'),
  ) as {
    clientVersion?: { major: string; minor: string; gitVersion: string };
  };
  const client = version.clientVersion;
  if (!client) throw errors.NO_KUBECTL('there is none');
  if (Number.parseInt(client.minor, 10) < OLDEST_KUBECTL) throw errors.NO_KUBECTL(client.gitVersion);
}

/** Whether kubectl reaches a cluster. @throws AppError KUBERNETES_NO_CLUSTER */
export async function checkCluster(env?: NodeJS.ProcessEnv): Promise<void> {
  await kubectl(['get', '--raw=/readyz', '--request-timeout=10s'], { env }).catch((error) => {
    throw errors.NO_CLUSTER(messageOf(error));
  });
}

function kubectl(
  args: readonly string[],
  { env = process.env }: { env?: NodeJS.ProcessEnv | undefined } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('kubectl', [...args], { env, maxBuffer: LARGEST_BYTES }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stderr.trim().split('\n').at(-1) || error.message));
    });
  });
}
