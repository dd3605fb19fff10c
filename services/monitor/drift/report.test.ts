import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../lib/kit/clock.ts';
import { createHttp } from '../../../lib/kit/http.ts';
import { createLogger } from '../../../lib/kit/logging.ts';
import { createMetrics, type Metrics } from '../../../lib/kit/metrics.ts';
import { createSettings } from '../../../lib/kit/settings.ts';
import { fraudOutcomes } from '../business/fraud.ts';
import { Volumes } from '../inputs/volumes.ts';
import { recordPredictions } from '../ledger/books.ts';
import { at, label, temporaryLedger } from '../ledger/fixtures.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Prediction } from '../ledger/records.ts';
import type { Profile } from '../profiles/profile.ts';
import { addDrift } from '../routes/drift.ts';
import { MonitorSettings } from '../settings.ts';
import { Cells } from '../windows/cells.ts';
import type { WindowName } from '../windows/window.ts';
import { bank, trainedProfile } from './fixtures.ts';
import { createDriftGauges } from './gauges.ts';
import { type Cut, type DriftReport, driftReport } from './report.ts';

const settings = createSettings(MonitorSettings).values;
const TODAY = 1_000 * 24;
/** An hour before midnight: the day's window holds the day and the last hour of the one before. */
const NOW = at(TODAY + 23);
/** The day that is looked at, after the three before it. */
const perHour = 90;
const days = (today: (rows: Prediction[]) => Prediction[] = (rows) => rows): Prediction[] => [
  ...bank('before', TODAY - 96, 95.99, perHour),
  ...today(bank('today', TODAY, 23, perHour)),
];

let profile: Profile;
let ledger: Ledger;
let remove: () => void;
let cells: Cells;
let volumes: Volumes;

beforeAll(() => {
  profile = trainedProfile();
});
beforeEach(() => {
  ({ ledger, remove } = temporaryLedger());
  cells = new Cells(ledger.database, { get: ({ version }) => (version === '1' ? profile : undefined) });
  volumes = new Volumes(ledger.database);
});
afterEach(() => remove());

const record = (rows: Prediction[]) => recordPredictions({ ledger, cells, volumes }, rows);
const measure = (name: WindowName, cut: Cut): DriftReport =>
  driftReport(
    {
      cells,
      volumes,
      settings,
      profiles: {
        get: ({ version }) => (version === '1' ? profile : undefined),
        missing: [{ model: 'fraud', version: '2', reason: 'the registry does not know it' }],
      },
      nowMs: NOW,
      knownMs: NOW,
    },
    name,
    cut,
  );

describe('GET /v1/drift', () => {
  const app = createHttp({
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics(),
  });
  addDrift(app, (window, cut) => measure(window, cut));
  const ask = (query = '') => app.inject(`/v1/drift${query}`);

  test('tells all together, then regions, then channels, of versions that have a baseline; and which have none', async () => {
    record(days());
    const report = (await ask()).json() as DriftReport;
    expect(report.window).toMatchObject({ name: 'day', hours: 24 });
    expect(report.models).toHaveLength(1);
    expect(report.models[0]!.scopes.map(({ region, channel }) => `${region}/${channel}`)).toEqual([
      ...['null/null', 'eu/null', 'us/null'],
      ...['null/partner', 'null/terminal', 'null/webshop'],
    ]);
    expect(report.unmeasured).toMatchObject([{ version: '2', reason: 'the registry does not know it' }]);
  });

  test('cuts by one, or to one', async () => {
    record(days());
    const byChannel = (await ask('?by=channel&window=recent')).json() as DriftReport;
    expect(byChannel.window).toMatchObject({ name: 'recent', hours: 6 });
    expect(byChannel.models[0]!.scopes).toHaveLength(4);
    const only = (await ask('?region=eu&channel=partner')).json() as DriftReport;
    expect(only.models[0]!.scopes).toMatchObject([{ region: 'eu', channel: 'partner' }]);
  });

  test.each([
    ['?channel=carrier-pigeon', 404, 'MONITOR_NOT_COVERED', 'channel'],
    ['?region=mars', 404, 'MONITOR_NOT_COVERED', 'region'],
    ['?version=99', 404, 'MONITOR_NOT_SEEN', 'version'],
    ['?window=year', 400, undefined, 'window'],
    ['?windwo=day', 400, undefined, 'windwo'],
  ])('%s is refused, naming the field', async (query, status, code, field) => {
    record(days());
    const answer = await ask(query);
    const { error } = answer.json() as { error: { code: string; field: string } };
    expect(answer.statusCode).toBe(status);
    if (code) expect(error.code).toBe(code);
    expect(error.field).toBe(field);
  });
});

describe('volume', () => {
  const volume = () => measure('day', { by: [] }).models[0]!.scopes[0]!.volume;

  test('is compared with the same hours of earlier days', () => {
    record(days());
    expect(volume()).toMatchObject({ status: 'ok', expected: 24 * perHour });
    expect(volume()!.ratio).toBeCloseTo(1, 1);
  });

  test('half of the customers are half of the volume', () => {
    record(days((rows) => rows.filter((_, i) => i % 2 === 0)));
    expect(volume()!.ratio).toBeCloseTo(0.52, 2);
  });

  test('a bank without yesterday has no usual volume', () => {
    record(bank('today', TODAY, 23, perHour));
    expect(volume()).toMatchObject({ status: 'not_enough_data', ratio: null });
  });

  test('what is older than two weeks is forgotten', () => {
    record(days());
    volumes.prune(NOW + 30 * DAY_MS);
    expect(volume()).toMatchObject({ status: 'not_enough_data', predictions: 0 });
  });
});

describe('on the metrics page', () => {
  let metrics: Metrics;
  let show: ReturnType<typeof createDriftGauges>;
  const sample = async (name: string, labels: Record<string, string>): Promise<number | undefined> => {
    const line = (await metrics.registry.metrics())
      .split('\n')
      .find(
        (text) =>
          text.startsWith(`${name}{`) &&
          Object.entries(labels).every(([key, value]) => text.includes(`${key}="${value}"`)),
      );
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };
  const shown = () =>
    show({
      day: measure('day', { by: ['region', 'channel'] }),
      recent: measure('recent', { by: ['region', 'channel'] }),
      business: [
        {
          model: 'fraud',
          version: '1',
          outcomes: fraudOutcomes(ledger, { model: 'fraud', version: '1' }, 0),
        },
      ],
    });
  const PARTNER = { version: '1', region: 'all', channel: 'partner' };

  beforeEach(() => {
    metrics = createMetrics();
    show = createDriftGauges(metrics);
  });

  test('a channel that sends cents stands out by itself', async () => {
    record(
      days((rows) =>
        rows.map((row) =>
          row.channel === 'partner'
            ? { ...row, values: [row.values[0]! * 100, ...row.values.slice(1)] }
            : row,
        ),
      ),
    );
    shown();
    const psi = (labels: object) =>
      sample('firedrill_monitor_drift_psi', { feature: 'amount_eur', window: 'day', ...labels });
    expect(await psi(PARTNER)).toBeGreaterThan(0.2);
    expect(await psi({ ...PARTNER, channel: 'webshop' })).toBeLessThan(0.1);
    expect(
      await sample('firedrill_monitor_out_of_contract_ratio', { ...PARTNER, feature: 'amount_eur' }),
    ).toBeGreaterThan(0.2);
  });

  test('approvals stand beside what training makes one expect, and volume beside the usual one', async () => {
    record(days());
    shown();
    const all = { version: '1', region: 'all', channel: 'all' };
    expect(await sample('firedrill_monitor_approval_ratio', { ...all, figure: 'value' })).toBeCloseTo(
      0.95,
      2,
    );
    expect(
      await sample('firedrill_monitor_volume_ratio', { model: 'fraud', region: 'all', channel: 'all' }),
    ).toBeCloseTo(1, 1);
  });

  test('fraud is told in euros and in shares once its label has come', async () => {
    record(days());
    const [caught, missed, genuine] = ['today-0', 'today-1', 'today-2'];
    ledger.addLabels([
      label(caught!, { isFraud: true }),
      label(missed!, { isFraud: true }),
      label(genuine!, { isFraud: false }),
    ]);
    shown();
    const all = { version: '1', region: 'all', channel: 'all' };
    expect(await sample('firedrill_monitor_fraud_ratio', { ...all, measure: 'caught' })).toBe(0.5);
    expect(await sample('firedrill_monitor_fraud_ratio', { ...all, measure: 'false_declines' })).toBe(0);
    expect(
      await sample('firedrill_monitor_fraud_amount_euros', { ...all, outcome: 'missed' }),
    ).toBeGreaterThan(0);
  });

  test('what is not known any more has no sample', async () => {
    record(days());
    shown();
    expect(await sample('firedrill_monitor_drift_psi', PARTNER)).toBeDefined();
    cells.prune(NOW + 30 * DAY_MS);
    shown();
    expect(await sample('firedrill_monitor_drift_psi', PARTNER)).toBeUndefined();
  });
});
