import { Pool } from 'undici';
import { DELIBERATE_REFUSALS } from '../../../lib/contract/transaction.ts';
import { messageOf } from '../../../lib/kit/errors.ts';

export type UpstreamFailure = 'timeout' | 'connection' | 'unavailable' | 'error';

/** An attempt that brought no answer to give to the customer. */
export class UpstreamError extends Error {
  readonly reason: UpstreamFailure;

  constructor(reason: UpstreamFailure, message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface UpstreamAnswer {
  status: number;
  body: unknown;
}

/** One inference process, over connections that stay open. */
export class Replica {
  readonly region: string;
  readonly #pool: Pool;

  constructor(region: string, url: string) {
    this.region = region;
    this.#pool = new Pool(url, { connections: 64, connect: { timeout: 1_000 } });
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
      if (status === 503 && !isDeliberate(text)) {
        throw new UpstreamError('unavailable', `${this.region}: ${text.slice(0, 300)}`);
      }
      if (status === 503) return { status, body: JSON.parse(text) };
      if (status >= 500) throw new UpstreamError('error', `${this.region} answered ${status}`);
      return { status, body: JSON.parse(text) };
    } catch (error) {
      if (error instanceof UpstreamError) throw error;
      if (signal.aborted) throw new UpstreamError('timeout', `${this.region} was silent for ${timeoutMs} ms`);
      const reason = error instanceof SyntaxError ? 'error' : 'connection';
      throw new UpstreamError(reason, `${this.region}: ${messageOf(error)}`);
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

/** Whether inference could score and will not: no other replica would say anything else. */
function isDeliberate(text: string): boolean {
  try {
    return DELIBERATE_REFUSALS.includes(JSON.parse(text)?.error?.code);
  } catch {
    return false;
  }
}
