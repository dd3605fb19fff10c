import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { TransactionSchema } from '../../../lib/contract/transaction.ts';
import { DAY_MS, HOUR_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { createPopulation } from './population.ts';
import type { SimulatedTransaction } from './purchase.ts';
import { Simulation, USUAL_FRAUD_SHARE, USUAL_MIX, WARM_UP_MS } from './simulation.ts';

const population = createPopulation('test');
const usual = () => ({ volumePerDay: 6_000, fraudShare: USUAL_FRAUD_SHARE, mix: { ...USUAL_MIX } });

function simulate(run: number, days: number, startMs = OPENING_DAY_MS): SimulatedTransaction[] {
  const simulation = new Simulation({ population, run, startMs: startMs - WARM_UP_MS, levers: usual() });
  simulation.advance(startMs);
  return Array.from({ length: days }, (_, day) => simulation.advance(startMs + (day + 1) * DAY_MS)).flat();
}
const month = simulate(1, 28);
const share = (rows: SimulatedTransaction[], is: (row: SimulatedTransaction) => boolean) =>
  rows.filter(is).length / rows.length;

describe('a month', () => {
  test('has the set volume over whole weeks', () => {
    expect(month.length / 28).toBeGreaterThan(5_700);
    expect(month.length / 28).toBeLessThan(6_300);
  });

  test('is in order of time, to the second that terminals count in', () => {
    const early = month.filter(({ timeMs }, i) => i > 0 && timeMs <= month[i - 1]!.timeMs - 1000);
    expect(early).toEqual([]);
  });

  test('has 1 to 2 % fraud in every ten days', () => {
    for (let day = 0; day + 10 <= 28; day += 6) {
      const from = OPENING_DAY_MS + day * DAY_MS;
      const rows = month.filter(({ timeMs }) => timeMs >= from && timeMs < from + 10 * DAY_MS);
      const rate = share(rows, ({ isFraud }) => isFraud);
      expect(rate, `from day ${day}`).toBeGreaterThan(0.01);
      expect(rate, `from day ${day}`).toBeLessThan(0.02);
    }
  });

  test('divides among the channels as the mix says', () => {
    for (const channel of ['terminal', 'webshop', 'partner'] as const) {
      const observed = share(month, ({ transaction }) => transaction.channel === channel);
      expect(Math.abs(observed - USUAL_MIX[channel]), channel).toBeLessThan(0.02);
    }
  });

  test('is busier by day than by night, and fraud less so', () => {
    const night = ({ timeMs }: SimulatedTransaction) => timeMs % DAY_MS < 6 * HOUR_MS;
    expect(
      share(
        month.filter(({ isFraud }) => !isFraud),
        night,
      ),
    ).toBeLessThan(0.15);
    expect(
      share(
        month.filter(({ isFraud }) => isFraud),
        night,
      ),
    ).toBeGreaterThan(0.25);
  });

  test('has amounts of half a euro to the limit of a card', () => {
    const amounts = month.map(({ amountEur }) => amountEur).sort((a, b) => a - b);
    expect(amounts[0]).toBeGreaterThan(0.49);
    expect(amounts[amounts.length >> 1]).toBeGreaterThan(15);
    expect(amounts[amounts.length >> 1]).toBeLessThan(60);
    expect(amounts.at(-1)).toBeLessThan(5_001);
  });

  test('is made of canonical transactions', () => {
    const validate = addFormats.default(new Ajv({ strict: false })).compile(TransactionSchema);
    const wrong = month.filter(
      ({ transaction, timeMs }) => !validate({ ...transaction, timestamp: new Date(timeMs).toISOString() }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('ids', () => {
  test('are unique within a run, between runs and among samples', () => {
    const simulation = new Simulation({ population, run: 1, startMs: OPENING_DAY_MS, levers: usual() });
    const samples = Array.from({ length: 1_000 }, () => simulation.sample(OPENING_DAY_MS));
    const all = [...month, ...simulate(2, 3), ...samples];
    expect(new Set(all.map(({ transaction }) => transaction.id)).size).toBe(all.length);
  });

  test('carry no truth: the characters of honest and stolen payments are distributed alike', () => {
    for (let position = 0; position < 12; position++) {
      const counts = new Map<string, { honest: number; fraud: number }>();
      for (const { transaction, isFraud } of month) {
        const key = transaction.id[position]!;
        const count = counts.get(key) ?? { honest: 0, fraud: 0 };
        count[isFraud ? 'fraud' : 'honest']++;
        counts.set(key, count);
      }
      const frauds = month.filter(({ isFraud }) => isFraud).length;
      let chiSquare = 0;
      for (const { honest, fraud } of counts.values()) {
        const expected = ((honest + fraud) * frauds) / month.length;
        chiSquare += (fraud - expected) ** 2 / expected;
      }
      // 31 degrees of freedom; 70 lies beyond the quantile 0.9999.
      expect(chiSquare, `position ${position}`).toBeLessThan(70);
    }
  });

  test('of devices and cards look the same for thieves and customers', () => {
    const formats = { terminal: /^T\d{4}L0[1-3]$/, webshop: /^d-[0-9a-f]{13}$/, partner: /^d-[0-9a-f]{13}$/ };
    const odd = month.filter(
      ({ transaction: { channel, device_id, card_id } }) =>
        !formats[channel].test(device_id) || !/^card-\d{5}$/.test(card_id),
    );
    expect(odd).toEqual([]);
  });
});

describe('determinism', () => {
  test('the same run gives the same month, another run another one', () => {
    expect(simulate(5, 2)).toEqual(simulate(5, 2));
    expect(simulate(6, 2).slice(0, 50)).not.toEqual(simulate(5, 2).slice(0, 50));
  });

  test('another seed makes another bank', () => {
    const homes = (seed: string) => createPopulation(seed).cards.map(({ home, level }) => [home, level]);
    expect(homes('other')).not.toEqual(homes('test'));
    expect(homes('test')).toEqual(population.cards.map(({ home, level }) => [home, level]));
  });

  test('samples do not change what happens', () => {
    const [plain, asked] = [0, 3].map((samples) => {
      const simulation = new Simulation({ population, run: 7, startMs: OPENING_DAY_MS, levers: usual() });
      for (let i = 0; i < samples; i++) simulation.sample(OPENING_DAY_MS);
      return simulation.advance(OPENING_DAY_MS + HOUR_MS);
    });
    expect(asked).toEqual(plain);
  });
});

describe('levers', () => {
  test('a channel without weight carries nothing, fraud included', () => {
    const levers = { ...usual(), mix: { terminal: 1, webshop: 1, partner: 0 } };
    const simulation = new Simulation({ population, run: 8, startMs: OPENING_DAY_MS, levers });
    const rows = simulation.advance(OPENING_DAY_MS + 5 * DAY_MS);
    expect(rows.some(({ transaction }) => transaction.channel === 'partner')).toBe(false);
    expect(rows.some(({ isFraud }) => isFraud)).toBe(true);
  });

  test('no volume, no transactions; time passes all the same', () => {
    const levers = { ...usual(), volumePerDay: 0 };
    const simulation = new Simulation({ population, run: 9, startMs: OPENING_DAY_MS, levers });
    expect(simulation.advance(OPENING_DAY_MS + DAY_MS)).toEqual([]);
    expect(simulation.nowMs).toBe(OPENING_DAY_MS + DAY_MS);
  });

  test('what falls into skipped time never happens', () => {
    const simulation = new Simulation({ population, run: 10, startMs: OPENING_DAY_MS, levers: usual() });
    simulation.advance(OPENING_DAY_MS + DAY_MS);
    simulation.skip(OPENING_DAY_MS + 2 * DAY_MS);
    const rows = simulation.advance(OPENING_DAY_MS + 2 * DAY_MS + HOUR_MS);
    expect(rows.length).toBeGreaterThan(0);
    expect(Math.min(...rows.map(({ timeMs }) => timeMs))).toBeGreaterThan(OPENING_DAY_MS + 2 * DAY_MS - 1000);
  });
});
