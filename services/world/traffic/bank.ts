import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Channel, Decision } from '../../../lib/contract/transaction.ts';

/** What a customer got to hear. */
export interface Answer {
  /** Status, or 0 without one. */
  status: number;
  /** Status as text, or `timeout` or `error`. */
  code: string;
  decision: Decision | undefined;
  /** Undefined without an answer, and for a decision made without a model. */
  score: number | undefined;
  region: string | undefined;
  /** Wall time from the first try to the last answer, ms. */
  latencyMs: number;
}

export interface Bank {
  /** One customer's try, and one more with the same message when the first got no answer or a 5xx. Never rejects. */
  score(channel: Channel, message: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

const RETRY_AFTER_MS = 150;
const CONNECTIONS = 64;

/** The bank as its customers reach it: its front door over HTTP with connections kept open. */
export function connectBank(url: string, timeoutMs: () => number): Bank {
  const pool = new Pool(new URL(url).origin, {
    connections: CONNECTIONS,
    connect: { timeout: 1_000 },
    keepAliveTimeout: 10_000,
  });

  let closed = false;

  const once = async (channel: Channel, body: string): Promise<Omit<Answer, 'latencyMs'>> => {
    try {
      const reply = await pool.request({
        method: 'POST',
        path: `/v1/channels/${channel}/score`,
        headers: { 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(timeoutMs()),
      });
      const status = reply.statusCode;
      if (status !== 200) {
        await reply.body.dump();
        return { status, code: String(status), decision: undefined, score: undefined, region: undefined };
      }
      const answer = (await reply.body.json()) as {
        decision: Decision;
        score: number | null;
        region: string;
      };
      return {
        status,
        code: '200',
        decision: answer.decision,
        score: answer.score ?? undefined,
        region: answer.region,
      };
    } catch (error) {
      const code = (error as Error).name === 'TimeoutError' ? 'timeout' : 'error';
      return { status: 0, code, decision: undefined, score: undefined, region: undefined };
    }
  };

  return {
    async score(channel, message) {
      const began = performance.now();
      const body = JSON.stringify(message);
      let answer = await once(channel, body);
      if (!closed && (answer.status === 0 || answer.status >= 500)) {
        await delay(RETRY_AFTER_MS);
        answer = await once(channel, body);
      }
      return { ...answer, latencyMs: performance.now() - began };
    },
    async close() {
      closed = true;
      await pool.destroy();
    },
  };
}
