import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSettings } from '../../../lib/kit/settings.ts';
import { Volumes } from '../inputs/volumes.ts';
import { recordPredictions } from '../ledger/books.ts';
import { at, temporaryLedger } from '../ledger/fixtures.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Prediction } from '../ledger/records.ts';
import type { Profile } from '../profiles/profile.ts';
import { MonitorSettings } from '../settings.ts';
import { Cells } from '../windows/cells.ts';
import { bank, trainedProfile } from './fixtures.ts';
import { reportScope } from './scope.ts';

const settings = createSettings(MonitorSettings).values;
const ALL = { region: null, channel: null };
const NIGHT = at(1_000 * 24 + 5.9);
let profile: Profile;
let ledger: Ledger;
let remove: () => void;
let cells: Cells;

beforeAll(() => {
  profile = trainedProfile();
});
beforeEach(() => {
  ({ ledger, remove } = temporaryLedger());
  cells = new Cells(ledger.database, { get: () => profile });
});
afterEach(() => remove());

const record = (predictions: Prediction[], into = cells) =>
  recordPredictions({ ledger, cells: into, volumes: new Volumes(ledger.database) }, predictions);
const report = (
  scope: { region: string | null; channel: string | null },
  name: 'day' | 'recent',
  from = cells,
) => reportScope(from, profile, scope, { name, nowMs: NIGHT }, settings);
const psi = (scoped: ReturnType<typeof report>) =>
  Object.fromEntries(scoped.features.map(({ name, drift }) => [name, drift?.psi]));

test('a night against nights and a channel against itself: nothing has drifted', () => {
  record(bank('live', 1_000 * 24 - 18, 24, 90));
  for (const scope of [ALL, { ...ALL, channel: 'partner' }, { ...ALL, channel: 'webshop' }]) {
    for (const window of ['day', 'recent'] as const) {
      const scoped = report(scope, window);
      if (scoped.status !== 'ok') continue;
      for (const value of Object.values(psi(scoped))) expect(value).toBeLessThan(0.1);
    }
  }
  expect(report(ALL, 'recent').status).toBe('ok');
  expect(report({ ...ALL, channel: 'partner' }, 'day').status).toBe('ok');
});

test('one channel that sends cents drifts alone, and breaks the contract', () => {
  const cents = bank('live', 1_000 * 24 - 18, 24, 90).map((row) =>
    row.channel === 'partner' ? { ...row, values: [row.values[0]! * 100, ...row.values.slice(1)] } : row,
  );
  record(cents);
  const [partner, webshop] = ['partner', 'webshop'].map((channel) => report({ ...ALL, channel }, 'day'));
  expect(partner!.features[0]).toMatchObject({ name: 'amount_eur', drift: { band: 'act' } });
  expect(partner!.features[0]!.out_of_contract).toBeGreaterThan(0.2);
  expect(partner!.features[0]!.drift!.p_adjusted).toBeLessThan(1e-6);
  expect(psi(webshop!).amount_eur).toBeLessThan(0.1);
});

test('too few rows say so and nothing else; a segment training did not know has no baseline', () => {
  record(bank('live', 1_000 * 24 - 18, 24, 10));
  expect(report(ALL, 'day')).toMatchObject({
    status: 'not_enough_data',
    reason: '240 predictions; it takes 1000',
    score: null,
  });
  record(bank('more', 1_000 * 24 - 18, 24, 300));
  expect(report({ ...ALL, region: 'us' }, 'day').status).toBe('no_baseline');
});

test('values that are not there are counted as lacking', () => {
  const rows = bank('live', 1_000 * 24 - 18, 24, 90);
  record(rows.map((row, i) => (i % 2 ? { ...row, values: [null, ...row.values.slice(1)] } : row)));
  const amount = report(ALL, 'day').features.find(({ name }) => name === 'amount_eur')!;
  expect(amount).toMatchObject({ missing: 0.5, lacking: 0.5, drift: { rows: 1_080 } });
});

test('delivered twice counts once; what was counted is there for the next process, what was undone is not', () => {
  const rows = bank('live', 1_000 * 24 - 18, 24, 90);
  record(rows);
  record(rows.slice(0, 500));
  const before = report(ALL, 'day');
  expect(before.rows).toBe(rows.length);

  const broken = { ...rows[0]!, transactionId: 'broken', score: undefined as never };
  expect(() => record([...bank('lost', 1_000 * 24, 1, 50), broken])).toThrow();
  expect(report(ALL, 'day')).toEqual(before);
  // Without closing, as after a kill.
  expect(report(ALL, 'day', new Cells(ledger.database, { get: () => profile }))).toEqual(before);
});
