import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LabelEvent, PredictionEvent } from '../../lib/contract/events.ts';
import { createRandom } from '../../lib/kit/random.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { DURABLE, type RedisServer, startRedis } from '../../tests/support/redis.ts';
import { buildMonitor } from './app.ts';
import type { Config } from './config.ts';
import { at } from './ledger/fixtures.ts';
import type { Report } from './report.ts';

const MODEL = { name: 'fraud', version: '7', digest: `sha256:${'0'.repeat(64)}` };
const ROWS = 2_000;

let redis: RedisServer;
let config: Config;
let monitor: Awaited<ReturnType<typeof buildMonitor>>;

beforeAll(async () => {
  redis = await startRedis(DURABLE);
});
afterAll(() => redis.stop());

beforeEach(async () => {
  // Business time all but stands still, seconds short of 30 hours after opening: no event lies on the edge of a window
  // that a slow machine would push it over.
  const clock = {
    ...{ CLOCK_WALL_EPOCH_MS: Date.now(), DRILL_DAY_SECONDS: 1e9 },
    CLOCK_BUSINESS_EPOCH_MS: at(30) - 10_000,
  };
  config = {
    SERVICE_NAME: 'monitor',
    HOST: '127.0.0.1',
    PORT: 0,
    LOG_LEVEL: 'silent',
    LOG_SAMPLE: 0,
    ADMIN_TOKEN: 'a token for this test',
    SETTINGS: '{}',
    REVISION: '1',
    CODE_DIGEST: 'built in',
    ...clock,
    STATE_DIR: mkdtempSync(join(tmpdir(), 'monitor-')),
    HTTP_MAX_CONNECTIONS: 100,
    HTTP_HEADERS_TIMEOUT_MS: 10_000,
    HTTP_REQUEST_TIMEOUT_MS: 30_000,
    DRAIN_NOTICE_MS: 0,
    OTEL_EXPORTER_OTLP_ENDPOINT: '',
    OTEL_TRACES_SAMPLER_ARG: 0,
    EVENT_LOG_URL: redis.url,
    REGISTRY_URL: 'http://127.0.0.1:1',
    FEATURES_URL: 'http://127.0.0.1:1',
  };
  await (await redis.connect()).flushall();
  monitor = await buildMonitor(config);
});
afterEach(async () => {
  await monitor.service.lifecycle.stop();
  rmSync(config.STATE_DIR, { recursive: true });
});

const envelope = (id: string, type: string, hours: number) => {
  const time = new Date(at(hours)).toISOString();
  return { id, type, version: 1, source: 'test', occurred_at: time, recorded_at: time };
};

/** A day of predictions, 2 % fraud with higher scores, and their labels six hours later. */
function day(): { predictions: PredictionEvent[]; labels: LabelEvent[] } {
  const random = createRandom('a day');
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const fraud = i % 50 === 0;
    const score = 1 / (1 + Math.exp(4 - random.normal(fraud ? 3 : 0)));
    return { id: `t${i}`, card: `c${i % 200}`, hours: (i * 24) / ROWS, fraud, score };
  });
  return {
    predictions: rows.map(({ id, card, hours, score }, i) => ({
      ...envelope(`p-${id}`, 'prediction.made', hours),
      payload: {
        transaction_id: id,
        card_id: card,
        score,
        decision: score > 0.2 ? 'review' : 'approve',
        model: MODEL,
        features: { view: 'fraud', version: 1, source: 'online', values: [1, 2] },
        region: i % 2 ? 'us' : 'eu',
        channel: 'terminal',
        degraded: false,
      },
    })),
    labels: rows.map(({ id, card, hours, fraud }) => ({
      ...envelope(`l-${id}`, 'label.matured', hours + 6),
      payload: {
        transaction_id: id,
        card_id: card,
        transaction_time: new Date(at(hours)).toISOString(),
        is_fraud: fraud,
      },
    })),
  };
}

async function publish(events: { predictions?: PredictionEvent[]; labels?: LabelEvent[] }): Promise<void> {
  const { log } = monitor.service;
  await waitFor(
    'the log to take an event',
    async () => (await log.append('labels', 'probe', day().labels[0]!)) === 'logged',
    { deadlineMs: 15_000 },
  );
  await Promise.all([
    ...(events.predictions ?? []).map((event) => log.append('predictions', event.payload.card_id, event)),
    ...(events.labels ?? []).map((event) => log.append('labels', event.payload.card_id, event)),
  ]);
}

const ask = async (query = ''): Promise<Report> =>
  (await monitor.service.app.inject(`/v1/quality${query}`)).json() as Report;

const reported = (condition: string, holds: (report: Report) => boolean): Promise<Report> =>
  waitFor(
    condition,
    async () => {
      const report = await ask();
      return holds(report) && report;
    },
    { deadlineMs: 25_000 },
  );

const labelled = (report: Report) => report.models[0]?.performance.matured_labels;

test('reports quality on matured labels only, per model version and region', {
  timeout: 90_000,
}, async () => {
  const { predictions, labels } = day();
  await publish({ predictions });
  const before = await reported('all predictions', ({ models }) => models[0]?.coverage.predictions === 500);
  expect(before.models[0]!.performance).toMatchObject({ status: 'not_enough_data', auc: null });

  await publish({ labels });
  const { models, labels: known } = await reported('all labels', (report) => labelled(report) === ROWS);
  const [{ model, version, performance, regions, coverage, decisions }] = models as [(typeof models)[0]];
  expect({ model, version }).toEqual({ model: 'fraud', version: '7' });
  expect(performance).toMatchObject({ status: 'ok', frauds: 40 });
  expect(performance.auc!.value).toBeGreaterThan(0.95);
  expect(performance.auc!.lower).toBeLessThan(performance.auc!.value);
  expect(Object.keys(regions)).toEqual(['eu', 'us']);
  // Every fraud of this day was scored in one region; alone, the other has nothing to say.
  expect(regions.us).toMatchObject({ status: 'not_enough_data', frauds: 0, matured_labels: ROWS / 2 });
  expect(coverage).toEqual({ predictions: 500, ratio: 1 });
  expect(decisions.approve! + decisions.review!).toBeCloseTo(1, 12);
  expect(known.quantiles[0]).toEqual({ quantile: 0.5, seconds: 6 * 3_600 });

  const { body } = await monitor.service.app.inject('/metrics');
  const auc = Number(
    /firedrill_monitor_quality\{model="fraud",version="7",measure="auc"\} (\S+)/.exec(body)?.[1],
  );
  expect(auc).toBe(performance.auc!.value);
});

test("what was delivered twice counts once, and a broken event stands in nobody's way", {
  timeout: 90_000,
}, async () => {
  const { predictions, labels } = day();
  const broken = structuredClone(predictions[0]!);
  Object.assign(broken.payload, { transaction_id: 'broken', score: 'high' });
  await publish({ predictions: [broken, ...predictions], labels });
  await publish({ predictions: predictions.slice(0, 300), labels: labels.slice(0, 300) });
  await waitFor(
    'the monitor to have read everything',
    async () => {
      const lags = [
        await monitor.service.log.lag('predictions', 'monitor'),
        await monitor.service.log.lag('labels', 'monitor'),
      ];
      return lags.flat().every((lag) => lag === 0);
    },
    { deadlineMs: 25_000 },
  );
  expect(labelled(await reported('all labels', (report) => labelled(report)! >= ROWS))).toBe(ROWS);
  const { body } = await monitor.service.app.inject('/metrics');
  expect(body).toMatch('firedrill_monitor_rejected_events_total{topic="predictions"} 1');
});

test('a restarted monitor knows what it knew, and joins labels to predictions from before', {
  timeout: 90_000,
}, async () => {
  const { predictions, labels } = day();
  await publish({ predictions, labels: labels.slice(0, 1_000) });
  const before = await reported('half of the labels', (report) => labelled(report) === 1_000);
  await monitor.service.lifecycle.stop();

  monitor = await buildMonitor(config);
  expect((await ask()).models).toEqual(before.models);
  await publish({ labels: labels.slice(1_000) });
  await reported('the other half', (report) => labelled(report) === ROWS);
});

test('is ready once it reads the log, and names what is not known', async () => {
  const { app } = monitor.service;
  await waitFor('readiness', async () => (await app.inject('/readyz')).statusCode === 200, {
    deadlineMs: 15_000,
  });
  const answer = await app.inject('/v1/quality?model=credit');
  expect(answer.statusCode).toBe(404);
  expect(answer.json()).toEqual({
    error: {
      code: 'MONITOR_NOT_SEEN',
      field: 'model',
      message:
        'no prediction of model credit was seen in the last days; ask without the filter for those that were',
    },
  });
});
