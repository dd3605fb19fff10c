import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Transaction } from '../../../lib/contract/transaction.ts';

export interface Outcome {
  channel: Transaction['channel'];
  /** When it was sent, wall ms on the monotonic clock. */
  atMs: number;
  /** 0 when there was no answer within the customer's patience. */
  status: number;
  retryAfter: string | undefined;
  code: string | undefined;
  tookMs: number;
}

export interface SurgeOptions {
  perSecond: number;
  seconds: number;
  /** Wall ms a customer waits for an answer. */
  patienceMs: number;
}

const TICK_MS = 10;
let sent = 0;

/** Many customers at once, each on a connection if need be, who do not wait for one another (an open loop). */
export async function surge(
  url: string,
  transactions: readonly Transaction[],
  { perSecond, seconds, patienceMs }: SurgeOptions,
): Promise<Outcome[]> {
  const agent = new Agent({ connections: null });
  const customers: Promise<Outcome>[] = [];
  const began = performance.now();
  while (performance.now() - began < seconds * 1_000) {
    const due = ((performance.now() - began) / 1_000) * perSecond;
    while (customers.length < due) customers.push(pay(url, transactions, agent, patienceMs));
    await delay(TICK_MS);
  }
  const outcomes = await Promise.all(customers);
  await agent.destroy();
  return outcomes;
}

/** Many customers at a time, each with one payment after the other: what the bank can do at most, payments a second. */
export async function capacityOf(
  url: string,
  transactions: readonly Transaction[],
  { customers, payments }: { customers: number; payments: number },
): Promise<number> {
  const agent = new Agent({ connections: customers });
  const began = performance.now();
  let left = payments;
  const customer = async () => {
    while (left-- > 0) {
      const { status } = await pay(url, transactions, agent, 60_000);
      if (status !== 200) throw new Error(`the bank answers ${status} to customers who wait for one another`);
    }
  };
  await Promise.all(Array.from({ length: customers }, customer));
  await agent.destroy();
  return payments / ((performance.now() - began) / 1_000);
}

async function pay(
  url: string,
  transactions: readonly Transaction[],
  dispatcher: Agent,
  patienceMs: number,
): Promise<Outcome> {
  const n = sent++;
  const transaction = { ...transactions[n % transactions.length]!, id: `surge-${n}` };
  const { channel } = transaction;
  const began = performance.now();
  try {
    const { statusCode, headers, body } = await request(`${url}/v1/score`, {
      method: 'POST',
      dispatcher,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ transaction }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const answer = (await body.json()) as { error?: { code: string } };
    const retryAfter = headers['retry-after'] as string | undefined;
    const tookMs = performance.now() - began;
    return { channel, atMs: began, status: statusCode, retryAfter, code: answer.error?.code, tookMs };
  } catch {
    return {
      channel,
      atMs: began,
      status: 0,
      retryAfter: undefined,
      code: undefined,
      tookMs: performance.now() - began,
    };
  }
}
