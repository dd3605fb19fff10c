import { Client, type Dispatcher } from 'undici';
import { readPlatformConfig } from '../engine/platform/config.ts';
import { type Layout, layoutOf } from '../engine/platform/layout.ts';
import { runningEngine } from '../engine/platform/lock.ts';
import { engineToken } from '../engine/platform/secrets.ts';
import { portOf } from '../lib/contract/ports.ts';
import { AppError } from '../lib/kit/errors.ts';
import { errors } from './errors.ts';

/** Talks to the engine of the platform the environment names (DRILL_HOME, DRILL_PORT_BASE). */
export interface EngineClient {
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** One value per line of an NDJSON answer, as it comes. */
  stream<T>(path: string): AsyncGenerator<T>;
}

/** Rollouts wait for readiness; nothing else takes nearly as long. */
const TIMEOUT_MS = 200_000;

export interface Here {
  layout: Layout;
  portBase: number;
}

export const here = (): Here => {
  const config = readPlatformConfig();
  return { layout: layoutOf(config.DRILL_HOME), portBase: config.DRILL_PORT_BASE };
};

/** @throws CLI_NOT_UP when no engine runs */
export async function connectEngine({ layout, portBase } = here()): Promise<EngineClient> {
  const engine = await runningEngine(layout);
  const token = engineToken(layout.secrets);
  if (!engine || token === undefined) throw errors.NOT_UP();
  // One connection for one command; nothing keeps the process alive once it is closed.
  const client = new Client(`http://127.0.0.1:${portOf('engine', portBase)}`, {
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: 0,
    pipelining: 1,
    keepAliveTimeout: 1,
  });
  const ask = async (method: Dispatcher.HttpMethod, path: string, body?: unknown) => {
    const answer = await client
      .request({
        method,
        path,
        headers: {
          authorization: `Bearer ${token}`,
          'x-actor': process.env.USER || 'operator',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      .catch(() => {
        throw errors.ENGINE_SILENT(engine.pid);
      });
    if (answer.statusCode < 400) return answer;
    const { error } = (await answer.body.json()) as {
      error: { code: string; message: string; field: string | null };
    };
    throw new AppError(error.code, answer.statusCode, error.message, { field: error.field ?? undefined });
  };
  const json = async <T>(answer: Dispatcher.ResponseData): Promise<T> => {
    const text = await answer.body.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  return {
    get: async (path) => json(await ask('GET', path)),
    send: async (method, path, body) => json(await ask(method, path, body)),
    async *stream<T>(path: string) {
      let rest = '';
      for await (const chunk of (await ask('GET', path)).body.setEncoding('utf8')) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield JSON.parse(line) as T;
      }
    },
  };
}
