import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../lib/kit/config.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { buildGateway } from '../../services/gateway/app.ts';
import { GatewayConfig } from '../../services/gateway/config.ts';
import { type NativeMessage, nativeMessages } from '../support/channels.ts';
import { eventOf, type FeatureBench, queryLake, startFeatureBench, TOKEN } from '../support/feature-store.ts';
import { writeLake } from '../support/lake.ts';
import { freePort } from '../support/ports.ts';

let bench: FeatureBench;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  bench = await startFeatureBench();
  await writeLake(bench.lake, { days: 35, perDay: 100, cards: 50 });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await bench.close();
});

/** The bank's door without a single inference: what is set aside needs none. */
async function openGateway() {
  const config = readConfig(GatewayConfig, {
    SERVICE_NAME: 'gateway',
    PORT: '0',
    LOG_LEVEL: 'silent',
    ADMIN_TOKEN: TOKEN,
    EVENT_LOG_URL: bench.log.url,
    STATE_DIR: `${bench.lake}-gateway`,
    CLOCK_WALL_EPOCH_MS: String(bench.clock.settings.wallEpochMs),
    CLOCK_BUSINESS_EPOCH_MS: String(bench.clock.settings.businessEpochMs),
    DRILL_DAY_SECONDS: String(bench.clock.settings.daySeconds),
    INFERENCE_URLS: JSON.stringify({ eu: `http://127.0.0.1:${await freePort()}` }),
    SETTINGS: JSON.stringify({ 'channels.quarantined': ['partner'] }),
  });
  const { service } = await buildGateway(config);
  stops.push(() => service.lifecycle.stop());
  return service.app;
}

const idsIn = async (table: string): Promise<string[]> =>
  queryLake(
    `SELECT DISTINCT id FROM read_parquet('${bench.lake}/${table}/day=*/*.parquet', union_by_name = true)`,
  )
    .then((rows) => rows.map(({ id }) => String(id)))
    .catch(() => []);

it('keeps quarantined transactions out of rows and training, and in the lake as they came', {
  timeout: 300_000,
}, async () => {
  const app = await openGateway();
  await bench.start('features');
  await bench.start('feature-consumer');
  const messages: NativeMessage[] = nativeMessages('quarantine', bench.clock.now())
    .filter(({ channel }) => channel === 'partner')
    .slice(-40);
  for (const { body } of messages) {
    const { statusCode, payload } = await app.inject({
      method: 'POST',
      url: '/v1/channels/partner/score',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });
    expect([statusCode, JSON.parse(payload).decision]).toEqual([200, 'review']);
  }
  // Clean ones of the same cards, behind them in the log.
  const clean = messages.map(({ body }, i) => ({
    id: `clean-${i}`,
    card_id: String(body.card),
    amount: 10,
    currency: 'EUR' as const,
    merchant_id: 'm-1',
    country: 'DE',
    device_id: 'd-1',
    channel: 'webshop' as const,
    timestamp: bench.clock.iso(),
  }));
  for (const transaction of clean) {
    await bench.producer.append('transactions', transaction.card_id, eventOf(transaction));
  }
  for (const [topic, group] of [
    ['transactions', 'features-fraud@1'],
    ['transactions', 'lake'],
    ['quarantine', 'lake'],
  ] as const) {
    await waitFor(
      `group ${group} to have read ${topic}`,
      async () => (await bench.producer.lag(topic, group)).every((events) => events === 0),
      { deadlineMs: 120_000 },
    );
  }

  const quarantined = messages.map(({ id }) => id).sort();
  const inLake = await idsIn('transactions');
  expect(inLake).toEqual(expect.arrayContaining(clean.map(({ id }) => id)));
  expect(inLake.filter((id) => quarantined.includes(id))).toEqual([]);
  expect((await idsIn('quarantine')).sort()).toEqual(quarantined);
  const [row] = await queryLake(
    `SELECT reason, channel, received FROM read_parquet('${bench.lake}/quarantine/day=*/*.parquet')
     WHERE id = '${messages[0]!.id}'`,
  );
  expect(row).toMatchObject({ reason: 'quarantined', channel: 'partner' });
  expect(JSON.parse(String(row!.received))).toEqual(messages[0]!.body);

  const online = await bench.online.connect();
  const rows = await online.mget(clean.map(({ card_id }) => `features:fraud@1:card:${card_id}`));
  const texts = rows.map(String).join('\n');
  expect(clean.filter(({ id }) => !texts.includes(`"${id}"`))).toEqual([]);
  expect(quarantined.filter((id) => texts.includes(`"${id}"`))).toEqual([]);
});
