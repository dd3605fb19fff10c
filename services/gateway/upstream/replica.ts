import { Pool } from 'undici';
import { NOT_BEGUN_CODES, SHED_CODE } from '../../../lib/contract/pressure.ts';
import { DELIBERATE_REFUSALS } from '../../../lib/contract/transaction.ts';
import { messageOf } from '../../../lib/kit/errors.ts';
import type { Admission } from '../../../lib/kit/pressure/admission.ts';

export type UpstreamFailure = 'timeout' | 'connection' | 'unavailable' | 'overloaded' | 'error';

/** Connections to one replica at most. */
export const CONNECTIONS = 256;

/** An attempt that brought no answer to give to the customer. */
export class UpstreamError extends Error {
  readonly reason: UpstreamFailure;
  /** Whether the replica may have worked on it. What never began costs it nothing, and may be tried again freely. */
  readonly begun: boolean;

  constructor(reason: UpstreamFailure, message: string, begun = true) {
    super(message);
    this.reason = reason;
    this.begun = begun;
  }
}

export interface UpstreamAnswer {
  status: number;
  body: unknown;
}

/** One inference process, over connections that stay open. */
export class Replica {
  readonly region: string;
  /** How much of it the gateway may ask at a time. */
  readonly admission: Admission;
  readonly #pool: Pool;

  constructor(region: string, url: string, admission: Admission) {
    this.region = region;
    this.admission = admission;
    this.#pool = new Pool(url, { connections: CONNECTIONS, connect: { timeout: 1_000 } });
  }

  /** @throws UpstreamError for everything but a success or a refusal (2xx, 4xx, a deliberate 503) in JSON */
  async post(
    path: string,
    body: string,
    headers: Record<string, string>,
    timeoutMs: number,
  ): Promise<UpstreamAnswer> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await this.#pool.request({ method: 'POST', path, headers, body, signal });
      const { statusCode: status } = response;
      const text = await response.body.text();
      if (status === 503) {
        const code = codeIn(text);
        if (DELIBERATE_REFUSALS.includes(code)) return { status, body: JSON.parse(text) };
        const reason = code === SHED_CODE ? 'overloaded' : 'unavailable';
        const begun = !NOT_BEGUN_CODES.includes(code);
        throw new UpstreamError(reason, `${this.region}: ${text.slice(0, 300)}`, begun);
      }
      if (status >= 500) throw new UpstreamError('error', `${this.region} answered ${status}`);
      return { status, body: JSON.parse(text) };
    } catch (error) {
      if (error instanceof UpstreamError) throw error;
      if (signal.aborted) throw new UpstreamError('timeout', `${this.region} was silent for ${timeoutMs} ms`);
      const reason = error instanceof SyntaxError ? 'error' : 'connection';
      const begun = !NOT_CONNECTED.has((error as NodeJS.ErrnoException).code ?? '');
      throw new UpstreamError(reason, `${this.region}: ${messageOf(error)}`, begun);
    }
  }

  /** Whether it says that it may take traffic. */
  async ready(timeoutMs: number): Promise<boolean> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const { statusCode, body } = await this.#pool.request({ method: 'GET', path: '/readyz', signal });
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

/** Codes of Node and undici for a request that never left, because nobody took the connection. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The code of an error of ours; empty for anything else. */
function codeIn(text: string): string {
  try {
    return String(JSON.parse(text)?.error?.code ?? '');
  } catch {
    return '';
  }
}
