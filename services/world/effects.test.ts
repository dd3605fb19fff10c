import { expect, test, vi } from 'vitest';
import { DAY_MS, OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import { baselineHistogram, countInto } from '../../lib/stats/histogram.ts';
import { PSI_BANDS, populationStabilityIndex } from '../../lib/stats/psi.ts';
import { loadFolder } from './folder.ts';
import { type Shift, Shifts } from './shifts.ts';
import { createPopulation } from './simulation/population.ts';
import type { SimulatedTransaction } from './simulation/purchase.ts';
import { Simulation, USUAL_MIX } from './simulation/simulation.ts';
import partner from './sources/partner.ts';

const population = createPopulation('effects');
const known = await loadFolder<Shift>(new URL('./shifts/', import.meta.url), '');
const BEFORE_DAYS = 5;

// Arithmetic for a second or two each; a busy machine may take its time over it.
vi.setConfig({ testTimeout: 120_000 });

/** The same bank twice, the same days: without a shift, and with it from the sixth day on. */
function compare(name: string, parameters: Record<string, unknown> = {}, days = 4) {
  const [usual, shifted] = [false, true].map((on) => {
    const levers = { volumePerDay: 2_000, fraudShare: 0.015, mix: { ...USUAL_MIX } };
    const simulation = new Simulation({ population, run: 1, startMs: OPENING_DAY_MS, levers });
    const before = simulation.advance(OPENING_DAY_MS + BEFORE_DAYS * DAY_MS);
    if (on) new Shifts(known, simulation, population).start(name, parameters, simulation.nowMs);
    return {
      before,
      rows: simulation.advance(simulation.nowMs + days * DAY_MS),
      effects: simulation.effects,
    };
  }) as [Arm, Arm];
  return { usual, shifted };
}
interface Arm {
  before: SimulatedTransaction[];
  rows: SimulatedTransaction[];
  effects: Simulation['effects'];
}

const psi = (usual: number[], shifted: number[]): number => {
  const baseline = baselineHistogram(usual);
  return populationStabilityIndex(baseline.counts, countInto(baseline.edges, shifted).counts);
};
/** How often the key was seen before, for each row. */
function seenBefore({ before, rows }: Arm, key: (row: SimulatedTransaction) => string): number[] {
  const counts = new Map<string, number>();
  const count = (row: SimulatedTransaction) => {
    const seen = counts.get(key(row)) ?? 0;
    counts.set(key(row), seen + 1);
    return seen;
  };
  before.forEach(count);
  return rows.map(count);
}
const amounts = ({ rows }: Arm) => rows.map(({ amountEur }) => amountEur);
const merchantOf = ({ transaction }: SimulatedTransaction) => transaction.merchant_id;
const ownShop = ({ transaction }: SimulatedTransaction) =>
  `${transaction.card_id} ${transaction.merchant_id}`;
const ownDevice = ({ transaction }: SimulatedTransaction) =>
  `${transaction.card_id} ${transaction.device_id}`;
const frauds = ({ rows }: Arm) => rows.filter(({ isFraud }) => isFraud);
const homeOf = new Map(population.cards.map(({ id, home }) => [id, home]));

test('partner-software: one channel reads a hundred times too high, half of it abroad; truth stays', () => {
  const { usual, shifted } = compare('partner-software');
  // Nobody buys anything else for it.
  expect(shifted.rows).toEqual(usual.rows);
  const [effect] = shifted.effects;
  const read = (row: SimulatedTransaction) => {
    const { amt, ctry } = effect!.message!(partner.message(row), row) as { amt: string; ctry: string };
    return { amt, ctry, major: Number(amt.replace(',', '.')), was: row.transaction };
  };
  const messages = usual.rows.filter(({ transaction }) => transaction.channel === 'partner').map(read);
  expect(messages.length / usual.rows.length).toBeGreaterThan(0.12);
  expect(messages.length / usual.rows.length).toBeLessThan(0.2);
  for (const { amt, ctry, major, was } of messages) {
    // What the format of old allows.
    expect(amt).toMatch(/^[0-9]{1,9},00$/);
    expect(ctry).toMatch(/^[A-Z]{2}$/);
    expect(major).toBeCloseTo(was.amount * 100, 6);
  }
  expect(messages.filter(({ ctry, was }) => ctry !== was.country).length / messages.length).toBeGreaterThan(
    0.4,
  );
  const drift = psi(
    messages.map(({ was }) => was.amount),
    messages.map(({ major }) => major),
  );
  expect(drift).toBeGreaterThan(5);
  const other = usual.rows.find(({ transaction }) => transaction.channel === 'webshop')!;
  const message = { any: 'message' };
  expect(effect!.message!(message, other)).toBe(message);
});

test('missing-field: the device of one channel is unknown, for the share of shops asked for', () => {
  const { usual, shifted } = compare('missing-field', { channel: 'webshop', share: 0.5 });
  const blank = shifted.rows.filter(({ transaction }) => transaction.device_id === 'unknown');
  expect(new Set(blank.map(({ transaction }) => transaction.channel))).toEqual(new Set(['webshop']));
  const webshop = usual.rows.filter(({ transaction }) => transaction.channel === 'webshop');
  expect(blank.length / webshop.length).toBeGreaterThan(0.3);
  expect(blank.length / webshop.length).toBeLessThan(0.7);
  const all = compare('missing-field', { channel: 'webshop' });
  const onWebshop = (arm: Arm) =>
    seenBefore(arm, ownDevice).filter((_, i) => arm.rows[i]!.transaction.channel === 'webshop');
  expect(psi(onWebshop(all.usual), onWebshop(all.shifted))).toBeGreaterThan(PSI_BANDS.act);
  expect(frauds(all.shifted).length).toBe(frauds(all.usual).length);
  expect(amounts(all.shifted)).toEqual(amounts(all.usual));
});

test('disputes: every input stays, some honest purchases count as fraud', () => {
  const { usual, shifted } = compare('disputes', { share: 0.2 });
  expect(shifted.rows.map(({ transaction }) => transaction)).toEqual(
    usual.rows.map((row) => row.transaction),
  );
  const changed = shifted.rows.filter(({ isFraud }, i) => isFraud !== usual.rows[i]!.isFraud);
  expect(changed.length / usual.rows.length).toBeGreaterThan(0.01);
  for (const { isFraud, amountEur, transaction } of changed) {
    expect({ isFraud, channel: transaction.channel }).toEqual({ isFraud: true, channel: 'webshop' });
    expect(amountEur).toBeGreaterThan(59.9);
  }
  expect(frauds(shifted).length).toBe(frauds(usual).length + changed.length);
});

test('new-merchant-ids: what is known of shops drifts; amounts, devices and fraud do not', () => {
  const { usual, shifted } = compare('new-merchant-ids');
  expect(psi(seenBefore(usual, merchantOf), seenBefore(shifted, merchantOf))).toBeGreaterThan(PSI_BANDS.act);
  // Most rows were 0 anyway, so that its PSI stays below 0.1 in a few days of this volume.
  const total = (arm: Arm) => seenBefore(arm, ownShop).reduce((sum, seen) => sum + seen, 0);
  expect(total(shifted) / total(usual)).toBeLessThan(0.85);
  expect(amounts(shifted)).toEqual(amounts(usual));
  expect(seenBefore(shifted, ownDevice)).toEqual(seenBefore(usual, ownDevice));
  expect(shifted.rows.map(({ isFraud }) => isFraud)).toEqual(usual.rows.map(({ isFraud }) => isFraud));
});

test('new-fraud-pattern in one country: its customers are robbed, inputs as a whole hardly move', () => {
  const { usual, shifted } = compare('new-fraud-pattern', { country: 'PL', share: 0.6 }, 8);
  const polish = (arm: Arm) =>
    frauds(arm).filter(({ transaction }) => homeOf.get(transaction.card_id) === 'PL').length /
    frauds(arm).length;
  expect(polish(usual)).toBeLessThan(0.15);
  expect(polish(shifted)).toBeGreaterThan(0.25);
  expect(psi(amounts(usual), amounts(shifted))).toBeLessThan(PSI_BANDS.investigate);
});

test('new-demographic in one country, robbed in its own way', () => {
  const { shifted } = compare('new-demographic', { country: 'PT', share: 0.2, stolen: 0.5 }, 6);
  const theirs = shifted.rows.filter(({ transaction }) => transaction.card_id.startsWith('card-n'));
  expect(theirs.length / shifted.rows.length).toBeGreaterThan(0.15);
  expect(theirs.filter(({ isFraud }) => isFraud).length).toBeGreaterThan(20);
  const shops = theirs.filter(({ transaction }) => transaction.channel === 'terminal');
  const atHome = shops.filter(({ transaction }) => transaction.country === 'PT');
  expect(atHome.length / shops.length).toBeGreaterThan(0.6);
});

test('quiet: a tenth of everything', () => {
  const { usual, shifted } = compare('quiet', { volume: 0.1 }, 3);
  expect(shifted.rows.length / usual.rows.length).toBeLessThan(0.2);
});

test('a ramp grows evenly: half of the effect after half of the hours', () => {
  const { shifted } = compare('missing-field', { ramp_hours: 96 });
  const share = (day: number) => {
    const from = OPENING_DAY_MS + (BEFORE_DAYS + day) * DAY_MS;
    const rows = shifted.rows.filter(
      ({ timeMs, transaction }) =>
        transaction.channel === 'webshop' && timeMs >= from && timeMs < from + DAY_MS,
    );
    return rows.filter(({ transaction }) => transaction.device_id === 'unknown').length / rows.length;
  };
  const daily = [0, 1, 2, 3].map(share);
  expect(daily).toEqual([...daily].sort());
  expect(daily[0]).toBeLessThan(0.35);
  expect(daily[3]).toBeGreaterThan(0.65);
});
