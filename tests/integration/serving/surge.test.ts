import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestbed, type Testbed } from '../../../engine/proxy/testbed.ts';
import type { Transaction } from '../../../lib/contract/transaction.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type Bank, openBank, sample, serves } from '../../support/serving/bank.ts';
import { capacityOf, type Outcome, surge } from '../../support/serving/surge.ts';

// The bank's capacity here is the line to its feature store, which lets through some eight lookups a second: nothing
// of this machine's own speed, and slow enough for a busy one. Everything else that might help is off, so that all of them
// have to wait, and nobody is decided without features. The algorithm itself is tried in virtual time: lib/kit/pressure/surge.test.ts.
const LINE_KB_PER_SECOND = 12;
/** Ten times as slow as usual, as everything here is. */
const SLOW = { 'admission.wait_ms': 2_000, 'admission.standing_wait_ms': 200 };
const PATIENCE_MS = 5_000;
const TIMES = 4;
/** Share of payments at tills: of four times the capacity, two fifths of it. */
const HIGH = 0.1;

let bank: Bank;
let wire: Testbed;
let inference: Awaited<ReturnType<Bank['startInference']>>;
let gateway: Awaited<ReturnType<Bank['startGateway']>>;
let payments: Transaction[];

beforeAll(async () => {
  bank = await openBank();
  wire = await startTestbed(bank.online.port);
  await bank.promote(await bank.register('one'));
  inference = await bank.startInference('eu', {
    ONLINE_REDIS_URL: `redis://127.0.0.1:${wire.port}`,
    SETTINGS: JSON.stringify({
      'features.timeout_ms': 10_000,
      'features.on_missing': 'refuse',
      'breaker.enabled': false,
      'admission.limit_min': 4,
      'admission.target_ms': 1_000,
      ...SLOW,
    }),
  });
  await serves(inference);
  const settings = {
    'admission.limit_min': 4,
    'admission.target_ms': 2_000,
    ...SLOW,
    'upstream.timeout_ms': PATIENCE_MS,
    'contracts.mode': 'off',
  };
  gateway = await bank.startGateway({ eu: inference.url }, { SETTINGS: JSON.stringify(settings) });
  payments = bank.traffic.requests.map((request, i) => ({
    ...request,
    channel: i % (1 / HIGH) === 0 ? 'terminal' : i % 2 === 0 ? 'webshop' : 'partner',
  }));
  await wire.client.addToxic('wire', { type: 'bandwidth', attributes: { rate: LINE_KB_PER_SECOND } });
});
afterAll(async () => {
  await wire.stop();
  await bank.stop();
});

const guard = (on: boolean) => {
  for (const { service } of [inference, gateway]) {
    (service.settings as typeof gateway.service.settings).patch({ 'admission.enabled': on });
  }
};
/** Until nobody is under way any more: what one surge leaves behind is not the next one's. */
const quiet = () =>
  waitFor(
    'everything to be answered',
    async () =>
      (await sample(inference.url, 'firedrill_admission_requests{resource="scoring",state="under_way"}')) ===
      0,
    { deadlineMs: 60_000, everyMs: 50 },
  );
const well = ({ status }: Outcome) => status === 200;
/** Without the first, who find nobody before them: what lasts is what comes after. */
const later = (outcomes: Outcome[]) => outcomes.filter(({ atMs }) => atMs >= outcomes[0]!.atMs + PATIENCE_MS);
const share = (outcomes: Outcome[]) => outcomes.filter(well).length / outcomes.length;

test('several times what it can bear: it goes on bearing that, tills first; without the guard nobody is served', async () => {
  guard(false);
  const capacity = await capacityOf(gateway.url, payments, { customers: 12, payments: 50 });
  const shape = { perSecond: capacity * TIMES, seconds: 12, patienceMs: PATIENCE_MS };

  const without = later(await surge(gateway.url, payments, shape));
  await quiet();
  guard(true);
  const guarded = later(await surge(gateway.url, payments, shape));
  await quiet();

  const goodput = (outcomes: Outcome[]) =>
    outcomes.filter(well).length / (shape.seconds - PATIENCE_MS / 1_000) / capacity;
  const high = (outcomes: Outcome[]) => share(outcomes.filter(({ channel }) => channel === 'terminal'));
  const figures = {
    capacity: Math.round(capacity),
    guarded: { goodput: goodput(guarded), high: high(guarded) },
    without: { goodput: goodput(without), high: high(without) },
  };
  const said = JSON.stringify(figures);
  expect(figures.guarded.goodput, said).toBeGreaterThan(0.75);
  expect(figures.guarded.high, said).toBeGreaterThan(0.85);
  expect(figures.guarded.high, said).toBeGreaterThan(2 * figures.without.high);
  expect(figures.without.goodput, said).toBeLessThan(figures.guarded.goodput / 2);

  // Who is turned away hears it at once, in our words, and when to come back.
  const refused = guarded.filter(({ status }) => status !== 200);
  const overloaded = refused.filter(({ code }) => code === 'GATEWAY_OVERLOADED');
  expect(overloaded.length).toBeGreaterThan(refused.length * 0.8);
  expect(overloaded.every(({ status, retryAfter }) => status === 503 && retryAfter === '1')).toBe(true);
}, 180_000);
