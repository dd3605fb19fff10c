import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { waitFor } from '../../lib/kit/wait.ts';
import { inFormat2, type NativeMessage, nativeMessages } from '../support/channels.ts';
import { TOKEN } from '../support/registry.ts';
import { type Bank, NOON_MS, openBank, post, sample, serves } from '../support/serving/bank.ts';

vi.setConfig({ testTimeout: 180_000 });

let bank: Bank;
let inferenceUrl: string;

beforeAll(async () => {
  bank = await openBank();
  const inference = await bank.startInference('eu');
  inferenceUrl = inference.url;
  await bank.promote(await bank.register('sources'));
  await serves(inference);
}, 120_000);
afterAll(() => bank.stop());

/** What is set aside is the subject here, not how fast a busy machine answers. */
const PATIENT = { 'upstream.timeout_ms': 60_000 };

const openGateway = (settings: Record<string, unknown> = {}) =>
  bank.startGateway({ eu: inferenceUrl }, { SETTINGS: JSON.stringify({ ...PATIENT, ...settings }) });
type Gateway = Awaited<ReturnType<typeof openGateway>>;

const ALL = nativeMessages('sources', NOON_MS);
const PARTNER = ALL.filter(({ channel }) => channel === 'partner');

/** Every message's answer, in order; `at once` many are under way together. */
async function send({ url }: Gateway, messages: NativeMessage[], atOnce = 20) {
  const answers: Awaited<ReturnType<typeof post>>[] = [];
  for (let from = 0; from < messages.length; from += atOnce) {
    const some = messages.slice(from, from + atOnce);
    answers.push(
      ...(await Promise.all(
        some.map(({ channel, body }) => post(`${url}/v1/channels/${channel}/score`, body)),
      )),
    );
  }
  return answers;
}

async function patch({ url }: Gateway, settings: Record<string, unknown>) {
  const response = await fetch(`${url}/v1/settings`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(settings),
  });
  return {
    status: response.status,
    body: (await response.json()) as { error?: { field: string; message: string } },
  };
}

const violations = ({ url }: Gateway, channel: string, rule: string) =>
  sample(url, `firedrill_gateway_contract_violations_total{channel="${channel}",rule="${rule}"}`);

async function viewOf({ url }: Gateway, channel: string) {
  const { channels } = (await (await fetch(`${url}/v1/channels`)).json()) as {
    channels: { name: string; state: string; format: string; mode: string }[];
  };
  return channels.find(({ name }) => name === channel)!;
}

test('a healthy stream breaks no contract, and the model decides on all of it', async () => {
  const gateway = await openGateway();
  const messages = [...ALL.slice(0, 500), ...PARTNER.slice(-400)];
  const answers = await send(gateway, messages);
  expect(answers.filter(({ status, body }) => status !== 200 || 'reason' in body)).toEqual([]);
  for (const channel of ['partner', 'terminal', 'webshop']) {
    for (const rule of ['amount_range', 'country_code', 'violation_share', 'amount_median']) {
      expect(await violations(gateway, channel, rule)).toBe(0);
    }
    expect(await viewOf(gateway, channel)).toMatchObject({ state: 'open', mode: 'enforce' });
  }
});

test('format 2 read as format 1 is set aside within three hundred messages; then format 2 is chosen', async () => {
  const gateway = await openGateway();
  await send(gateway, PARTNER.slice(0, 400));
  const changed = PARTNER.slice(400, 800).map(inFormat2);
  const answers = await send(gateway, changed);
  const first = answers.findIndex(({ body }) => body.reason === 'contract');
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(300);
  const { status, body } = answers.at(-1)!;
  expect(status).toBe(200);
  expect(body).toEqual({
    id: changed.at(-1)!.id,
    decision: 'review',
    score: null,
    model: null,
    features: null,
    region: expect.stringMatching(/^(eu|us)$/),
    degraded: true,
    reason: 'contract',
  });
  expect(await viewOf(gateway, 'partner')).toMatchObject({ state: 'broken', format: 'v1' });
  expect(await viewOf(gateway, 'terminal')).toMatchObject({ state: 'open' });
  for (const rule of ['amount_range', 'country_code', 'violation_share', 'amount_median']) {
    expect(await violations(gateway, 'partner', rule)).toBeGreaterThan(0);
  }

  expect((await patch(gateway, { 'channels.partner.format': 'v2' })).status).toBe(200);
  const held = await send(gateway, PARTNER.slice(800, 1_000).map(inFormat2));
  expect(held.every(({ body }) => body.reason === 'contract')).toBe(true);
  const after = await send(gateway, PARTNER.slice(1_000, 1_300).map(inFormat2));
  expect(after.at(-1)!.body).toMatchObject({ degraded: false, model: { name: 'fraud' } });
  expect(await viewOf(gateway, 'partner')).toMatchObject({ state: 'open', format: 'v2' });
});

test('what is set aside is in the topic quarantine as it came, and nowhere else', async () => {
  const gateway = await openGateway({ 'channels.quarantined': ['partner'] });
  const mine = PARTNER.slice(1_300, 1_320);
  const others = ALL.filter(({ channel }) => channel === 'webshop').slice(-20);
  const answers = await send(gateway, [...mine, ...others]);
  expect(answers.map(({ body }) => body.reason)).toEqual([
    ...mine.map(() => 'quarantined'),
    ...others.map(() => undefined),
  ]);
  // The webshop's events are behind those of the partner in no log; both are there once all of the webshop's are.
  await waitFor(
    'the transactions of the web shop to be in the log',
    async () => {
      const ids = new Set((await bank.events('transactions')).map(({ payload }) => payload.transaction.id));
      return others.every(({ id }) => ids.has(id));
    },
    { deadlineMs: 20_000 },
  );
  const ids = new Set(mine.map(({ id }) => id));
  const transactions = (await bank.events('transactions')).map(({ payload }) => payload.transaction.id);
  const predictions = (await bank.events('predictions')).map(({ payload }) => payload.transaction_id);
  expect([...transactions, ...predictions].filter((id) => ids.has(id))).toEqual([]);
  const kept = (await bank.events('quarantine')).filter(({ payload }) => ids.has(payload.transaction.id));
  const received = new Map(kept.map(({ payload }) => [payload.transaction.id, payload.received]));
  expect(received).toEqual(new Map(mine.map(({ id, body }) => [id, body])));
});

test('quarantine and release work at once, and contracts are watched meanwhile', async () => {
  const gateway = await openGateway();
  const reasons = async (messages: NativeMessage[]) => [
    ...new Set((await send(gateway, messages)).map(({ body }) => body.reason)),
  ];
  expect(await reasons(PARTNER.slice(0, 5))).toEqual([undefined]);
  await patch(gateway, { 'channels.quarantined': ['partner'] });
  const gauge = 'firedrill_gateway_channel_set_aside{channel="partner",reason="quarantined"}';
  expect(await sample(gateway.url, gauge)).toBe(1);
  expect(await reasons(PARTNER.slice(5, 305).map(inFormat2))).toEqual(['quarantined']);
  expect(await violations(gateway, 'partner', 'amount_median')).toBeGreaterThan(0);
  await patch(gateway, { 'channels.quarantined': [] });
  expect(await sample(gateway.url, gauge)).toBe(0);
  // Released too early: the contract still holds it.
  expect(await reasons(PARTNER.slice(305, 310))).toEqual(['contract']);
  await patch(gateway, { 'contracts.partner.mode': 'observe' });
  expect(await reasons(PARTNER.slice(310, 315))).toEqual([undefined]);
});

test.each([
  ['observe', { 'contracts.mode': 'observe' }, true],
  ['off', { 'contracts.mode': 'off' }, false],
  ['off for one channel', { 'contracts.partner.mode': 'off' }, false],
])('contracts %s: the model decides on whatever comes', async (_name, settings, counts) => {
  const gateway = await openGateway(settings);
  const answers = await send(gateway, PARTNER.slice(0, 300).map(inFormat2));
  expect(answers.filter(({ status, body }) => status !== 200 || 'reason' in body)).toEqual([]);
  expect((await violations(gateway, 'partner', 'amount_median'))! > 0).toBe(counts);
  expect(await viewOf(gateway, 'partner')).toMatchObject({ state: 'open' });
});

test('settings that make no sense are refused with their name and what is possible', async () => {
  const gateway = await openGateway();
  for (const [settings, field, said] of [
    [{ 'contracts.mode': 'strict' }, 'contracts.mode', 'off, observe, enforce'],
    [{ 'contracts.partner.mode': 'on' }, 'contracts.partner.mode', 'inherit, off, observe, enforce'],
    [{ 'channels.partner.format': 'v3' }, 'channels.partner.format', 'v1, v2'],
    [{ 'channels.webshop.format': 'v2' }, 'channels.webshop.format', 'v1'],
    [{ 'channels.quarantined': ['pigeon'] }, 'channels.quarantined/0', 'partner, terminal, webshop'],
    [{ 'channels.quarantined': 'partner' }, 'channels.quarantined', 'array'],
  ] as const) {
    const { status, body } = await patch(gateway, settings);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ field, message: expect.stringContaining(said) });
  }
});
