import { type IncomingMessage, request } from 'node:http';
import { json, text } from 'node:stream/consumers';
import { defaultHome, layoutOf } from '../engine/platform/layout.ts';
import { runningEngine } from '../engine/platform/lock.ts';
import { engineToken } from '../engine/platform/secrets.ts';
import { portOf } from '../lib/contract/ports.ts';
import { AppError } from '../lib/kit/errors.ts';
import { errors } from './errors.ts';

// Somebody waits for a command: loading an HTTP client and a schema library would take longer than all the rest.

/** Talks to the engine of the platform the environment names (DRILL_HOME). */
export interface EngineClient {
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** One value per line of an NDJSON answer, as it comes. */
  stream<T>(path: string): AsyncGenerator<T>;
}

/** Rollouts wait for readiness; nothing else takes nearly as long. */
const TIMEOUT_MS = 200_000;

/** @throws CLI_NOT_UP when no engine runs */
export async function connectEngine(layout = layoutOf(defaultHome())): Promise<EngineClient> {
  const engine = await runningEngine(layout);
  const token = engineToken(layout.secrets);
  if (!engine || token === undefined) throw errors.NOT_UP();
  const port = portOf('engine', engine.portBase);
  const ask = async (method: string, path: string, body?: unknown): Promise<IncomingMessage> => {
    const headers = {
      authorization: `Bearer ${token}`,
      'x-actor': process.env.USER || 'operator',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      // No agent: nothing keeps the process alive once it is answered.
      const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, resolve);
      sent.on('error', reject);
      sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error('no answer')));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    }).catch(() => {
      throw errors.ENGINE_SILENT(engine.pid);
    });
    // Logs that are followed may be quiet for as long as they like.
    answer.setTimeout(0);
    const { statusCode = 0 } = answer;
    if (statusCode < 400) return answer;
    const { error } = (await json(answer)) as {
      error: { code: string; message: string; field: string | null };
    };
    throw new AppError(error.code, statusCode, error.message, { field: error.field ?? undefined });
  };
  const parsed = async <T>(answer: IncomingMessage): Promise<T> => {
    const said = await text(answer);
    return (said === '' ? undefined : JSON.parse(said)) as T;
  };
  return {
    get: async (path) => parsed(await ask('GET', path)),
    send: async (method, path, body) => parsed(await ask(method, path, body)),
    async *stream<T>(path: string) {
      let rest = '';
      for await (const chunk of (await ask('GET', path)).setEncoding('utf8')) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield JSON.parse(line) as T;
      }
    },
  };
}
