import { beforeEach, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import { loadFolder } from './folder.ts';
import { type Shift, Shifts } from './shifts.ts';
import { ownDevice } from './simulation/cards.ts';
import { createPopulation } from './simulation/population.ts';
import type { SimulatedTransaction } from './simulation/purchase.ts';
import { Simulation, USUAL_MIX } from './simulation/simulation.ts';

const population = createPopulation('shifts');
const known = await loadFolder<Shift>(new URL('./shifts/', import.meta.url), '');
const levers = () => ({ volumePerDay: 6_000, fraudShare: 0.015, mix: { ...USUAL_MIX } });

let simulation: Simulation;
let shifts: Shifts;
beforeEach(() => {
  simulation = new Simulation({ population, run: 1, startMs: OPENING_DAY_MS, levers: levers() });
  shifts = new Shifts(known, simulation, population);
});
const days = (count: number) => simulation.advance(simulation.nowMs + count * DAY_MS);
const mean = (rows: SimulatedTransaction[]) =>
  rows.reduce((sum, row) => sum + row.amountEur, 0) / rows.length;

test('the folder is what can be switched on', () => {
  expect(shifts.available.map(({ name }) => name)).toEqual([
    'currency-change',
    'disputes',
    'holiday',
    'missing-field',
    'new-demographic',
    'new-fraud-pattern',
    'new-merchant-ids',
    'partner-software',
    'quiet',
    'viral',
  ]);
});

test('each can be switched on with its defaults, once, and off again', () => {
  for (const { name } of shifts.available) {
    const started = shifts.start(name, {}, OPENING_DAY_MS);
    expect(started).toMatchObject({ name, since: '2025-03-03T00:00:00.000Z' });
    expect(Object.keys(started.parameters).length).toBeGreaterThan(0);
    expect(() => shifts.start(name, {}, 0)).toThrow(/is on already/);
  }
  expect(days(0.1).length).toBeGreaterThan(0);
  for (const { name } of shifts.available) shifts.stop(name);
  expect(shifts.active).toEqual([]);
  expect(simulation.effects.size).toBe(0);
  expect(() => shifts.stop('holiday')).toThrow(/not on/);
});

test('wrong names and parameters are refused by name', () => {
  expect(() => shifts.start('flood', {}, 0)).toThrow(/no shift flood; the world has: currency-change/);
  expect(() => shifts.start('holiday', { volume: -1 }, 0)).toThrow(/parameters.volume must be >= 0/);
  expect(() => shifts.start('holiday', { colour: 'red' }, 0)).toThrow(/parameters.colour/);
});

test('holiday: more purchases, larger amounts, and the usual ones afterwards', () => {
  const before = days(2);
  shifts.start('holiday', { volume: 2, amount: 1.5 }, simulation.nowMs);
  const during = days(2);
  shifts.stop('holiday');
  const after = days(2);
  expect(during.length / before.length).toBeGreaterThan(1.8);
  expect(mean(during) / mean(before)).toBeGreaterThan(1.25);
  expect(after.length / before.length).toBeLessThan(1.4);
});

test('viral: what is more than usual is one thing from one shop, and the tills are as busy as ever', () => {
  simulation.levers.swing = 0;
  const at = (rows: SimulatedTransaction[], channel: string) =>
    rows.filter(({ transaction }) => transaction.channel === channel);
  const before = days(2);
  shifts.start('viral', { volume: 10, country: 'DE', price: 24.9 }, simulation.nowMs);
  days(0.1); // afternoons of shopping that began before
  const during = days(2);
  expect(during.length / before.length).toBeGreaterThan(8.5);
  expect(during.length / before.length).toBeLessThan(11);
  const tills = at(during, 'terminal').length / at(before, 'terminal').length;
  expect(tills).toBeGreaterThan(0.85);
  expect(tills).toBeLessThan(1.3);
  const shops = Map.groupBy(at(during, 'webshop'), ({ transaction }) => transaction.merchant_id);
  const [most] = [...shops.values()].sort((a, b) => b.length - a.length);
  expect(most!.length / during.length).toBeGreaterThan(0.85);
  expect(new Set(most!.map(({ transaction }) => transaction.country))).toEqual(new Set(['DE']));
  const usual = most!.filter(({ amountEur }) => amountEur !== 24.9);
  expect(usual.length / most!.length).toBeLessThan(0.05);
  const frauds = (rows: SimulatedTransaction[]) => rows.filter(({ isFraud }) => isFraud).length;
  expect(frauds(during)).toBeLessThan(2 * frauds(before));
});

test('currency-change: shops of the country charge the other currency at the same value', () => {
  const polish = (rows: SimulatedTransaction[]) =>
    rows.filter(({ transaction }) => transaction.country === 'PL');
  const before = polish(days(5));
  shifts.start('currency-change', { country: 'PL', currency: 'EUR' }, simulation.nowMs);
  const during = polish(days(5));
  expect(new Set(before.map(({ transaction }) => transaction.currency))).toEqual(new Set(['PLN']));
  expect(new Set(during.map(({ transaction }) => transaction.currency))).toEqual(new Set(['EUR']));
  expect(mean(during) / mean(before)).toBeGreaterThan(0.75);
  expect(mean(during) / mean(before)).toBeLessThan(1.33);
});

test('new-demographic: customers never seen, small sums, at night', () => {
  const before = days(2);
  shifts.start('new-demographic', { share: 0.3 }, simulation.nowMs);
  const during = days(2);
  const theirs = during.filter(({ transaction }) => transaction.card_id.startsWith('card-n'));
  const night = (rows: SimulatedTransaction[]) =>
    rows.filter(({ timeMs }) => timeMs % DAY_MS < 6 * HOUR_MS).length / rows.length;
  expect(theirs.length / during.length).toBeGreaterThan(0.25);
  expect(theirs.length / during.length).toBeLessThan(0.5);
  expect(mean(theirs)).toBeLessThan(0.6 * mean(before));
  expect(night(theirs)).toBeGreaterThan(1.5 * night(before));
});

test('new-fraud-pattern: no bursts and no strange devices any more', () => {
  const before = days(6).filter(({ isFraud }) => isFraud);
  shifts.start('new-fraud-pattern', { share: 1 }, simulation.nowMs);
  days(3); // cards stolen before are used up in their own way
  const during = days(6).filter(({ isFraud }) => isFraud);
  expect(hurried(before)).toBeGreaterThan(0.5);
  expect(hurried(during)).toBeLessThan(0.1);
  expect(strange(before)).toBeGreaterThan(0.3);
  expect(strange(during)).toBeLessThan(0.05);
});

/** Share of purchases less than an hour after the same card's last one. */
function hurried(rows: SimulatedTransaction[]): number {
  const last = new Map<string, number>();
  let count = 0;
  for (const { transaction, timeMs } of rows) {
    if (timeMs - (last.get(transaction.card_id) ?? -Infinity) < HOUR_MS) count++;
    last.set(transaction.card_id, timeMs);
  }
  return count / rows.length;
}

/** Share of purchases with a phone or computer that is not the customer's. */
function strange(rows: SimulatedTransaction[]): number {
  const cards = new Map(population.cards.map((card) => [card.id, card]));
  const odd = rows.filter(({ transaction, timeMs }) => {
    const card = cards.get(transaction.card_id)!;
    const own = [0, 1].map((slot) => ownDevice(card, slot, timeMs));
    return transaction.channel !== 'terminal' && !own.includes(transaction.device_id);
  });
  return odd.length / rows.length;
}
