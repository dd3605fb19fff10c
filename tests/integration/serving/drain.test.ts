import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type Server, startServer } from '../../support/server.ts';
import { type Bank, openBank, serves } from '../../support/serving/bank.ts';
import { startLoad } from '../../support/serving/load.ts';

let bank: Bank;
let gateway: Server;

beforeAll(async () => {
  bank = await openBank();
  await bank.promote(await bank.register('one'));
  const inference = await bank.startInference('eu');
  await serves(inference);
  gateway = await startServer(new URL('../../../services/gateway/main.ts', import.meta.url), {
    ...bank.environment('gateway'),
    INFERENCE_URLS: JSON.stringify({ eu: inference.url }),
    DRAIN_NOTICE_MS: '1500',
  });
});
afterAll(async () => {
  await gateway?.stop();
  await bank.stop();
});

test('a gateway told to stop under load says so first, and loses nothing that was sent to it', async () => {
  const url = `http://127.0.0.1:${gateway.port}`;
  const load = startLoad(url, bank.traffic.requests, { perSecond: 100 });
  await waitFor('answers', () => load.answers.length >= 50, { deadlineMs: 30_000, everyMs: 20 });

  const gone = gateway.stop();
  let left = false;
  void gone.then(() => {
    left = true;
  });
  const notReady = await waitFor(
    'readiness to be false',
    async () => {
      const { status, body } = await fetch(`${url}/readyz`).then(async (answer) => ({
        status: answer.status,
        body: (await answer.json()) as { reasons: string[] },
      }));
      return status === 503 && body;
    },
    { deadlineMs: 10_000, everyMs: 10 },
  );
  // What a balancer does once it has seen that: it sends no more, and what it has sent is answered.
  const sentWhileLeaving = load.sent;
  await load.stop();
  expect(notReady.reasons).toContain('process: it is stopping');
  expect(left).toBe(false);
  await gone;

  expect(load.sent).toBeGreaterThanOrEqual(sentWhileLeaving);
  expect(load.answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(load.answers).toHaveLength(load.sent);
  const events = await bank.events('transactions');
  expect(new Set(events.map(({ payload }) => payload.transaction.id)).size).toBe(load.sent);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
}, 120_000);
