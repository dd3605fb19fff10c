import { Pool } from 'undici';
import type { ScoreResponse, Transaction } from '../../../lib/contract/transaction.ts';

export interface LoadAnswer {
  /** Which request it answers, from 0 in the order they were sent. */
  n: number;
  /** 0 when there was none. */
  status: number;
  degraded: boolean | undefined;
  source: string | undefined;
}

export interface Load {
  /** In the order they came. */
  readonly answers: readonly LoadAnswer[];
  /** Requests sent so far. */
  readonly sent: number;
  /** Sends no more and waits for what is under way. */
  stop(): Promise<void>;
}

/**
 * Sends transactions to `/v1/score` at a steady rate, whether answers come or not: slow servers get no mercy (an open
 * loop). On a machine that is busy it sends less, so compare numbers per answer, not per second.
 */
export function startLoad(
  url: string,
  transactions: readonly Transaction[],
  { perSecond }: { perSecond: number },
): Load {
  const TICK_MS = 20;
  const pool = new Pool(url, { connections: 64 });
  const answers: LoadAnswer[] = [];
  const underWay = new Set<Promise<void>>();
  let sent = 0;

  const send = async (n: number, transaction: Transaction): Promise<void> => {
    try {
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/v1/score',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ transaction }),
      });
      const answer = (await body.json()) as Partial<ScoreResponse>;
      answers.push({ n, status: statusCode, degraded: answer.degraded, source: answer.features?.source });
    } catch {
      answers.push({ n, status: 0, degraded: undefined, source: undefined });
    }
  };
  const timer = setInterval(() => {
    for (let i = 0; i < (perSecond * TICK_MS) / 1_000; i++) {
      const transaction = transactions[sent % transactions.length]!;
      const n = sent++;
      const done = send(n, { ...transaction, id: `load-${n}` }).finally(() => underWay.delete(done));
      underWay.add(done);
    }
  }, TICK_MS);

  return {
    answers,
    get sent() {
      return sent;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      await pool.close();
    },
  };
}
