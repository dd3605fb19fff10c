import { type CallOptions, call } from '../../../lib/kit/call.ts';
import { messageOf } from '../../../lib/kit/errors.ts';
import { errors } from './errors.ts';

export interface PeerCall {
  method?: CallOptions['method'];
  /** Sent as JSON, or as bytes. */
  body?: object | Uint8Array;
  /** Wall milliseconds. */
  timeoutMs?: number;
}

/** A service this run talks to. */
export interface Peer {
  /** Parsed JSON of the answer; null for 404. @throws AppError TRAIN_PEER with the service's own words */
  json<T>(path: string, call?: PeerCall): Promise<T | null>;
  bytes(path: string): Promise<Uint8Array>;
}

/** @param actor who the service's audit trail will name */
export function connectPeer(url: string, token: string, actor: string): Peer {
  const send = async (path: string, { method = 'GET', body, timeoutMs = 30_000 }: PeerCall) => {
    const isBytes = body instanceof Uint8Array;
    try {
      return await call(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'x-actor': actor,
          ...(body && { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
        },
        ...(body && { body: isBytes ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      const { cause } = error as { cause?: unknown };
      throw errors.PEER(`${method} ${path}`, `${url} did not answer: ${messageOf(cause ?? error)}`);
    }
  };
  const checked = async (path: string, call: PeerCall, response: Response) => {
    if (response.ok) return response;
    const text = await response.text();
    throw errors.PEER(`${call.method ?? 'GET'} ${path}`, `${response.status} ${text.slice(0, 300)}`);
  };
  return {
    async json<T>(path: string, call: PeerCall = {}) {
      const response = await send(path, call);
      if (response.status === 404 && (call.method ?? 'GET') === 'GET') return null;
      return (await (await checked(path, call, response)).json()) as T;
    },
    async bytes(path) {
      const response = await checked(path, {}, await send(path, {}));
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}
