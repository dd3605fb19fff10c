import { expect, test } from 'vitest';
import { createClock, DAY_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { createPopulation } from '../simulation/population.ts';
import type { SimulatedTransaction } from '../simulation/purchase.ts';
import { Simulation, USUAL_MIX } from '../simulation/simulation.ts';
import { createTick } from './traffic.ts';

/** A world at 100 payments a wall second, its wall clock in the test's hand, at noon. */
function atNoon() {
  const wall = { ms: 0, paused: false };
  const businessEpochMs = OPENING_DAY_MS + DAY_MS / 2;
  const clock = createClock({ wallEpochMs: 0, businessEpochMs, daySeconds: 60 }, () => wall.ms);
  const simulation = new Simulation({
    population: createPopulation('tick'),
    run: 1,
    startMs: businessEpochMs,
    levers: { volumePerDay: 6_000, fraudShare: 0.015, mix: { ...USUAL_MIX } },
  });
  const paid: SimulatedTransaction[] = [];
  const customers = { pay: async (purchase: SimulatedTransaction) => void paid.push(purchase) };
  const tick = createTick({ simulation, customers, clock, paused: () => wall.paused });
  return { wall, clock, paid, tick };
}

test('sends what is due, never early and at most a tick late', () => {
  const { wall, clock, paid, tick } = atNoon();
  for (; wall.ms < 3_000; wall.ms += 15) {
    const already = paid.length;
    tick();
    const late = paid.slice(already).map(({ timeMs }) => clock.toWallMs(clock.now() - timeMs));
    expect(late.every((ms) => ms >= 0 && ms <= 16)).toBe(true);
  }
  expect(paid.length).toBeGreaterThan(300);
  expect(paid.length).toBeLessThan(550);
});

test('after a standstill makes up for a quarter of a second, not for all of it', () => {
  const { wall, paid, tick } = atNoon();
  tick();
  wall.ms += 10_000;
  tick();
  expect(paid.length).toBeGreaterThan(5);
  expect(paid.length).toBeLessThan(80);
});

test('nobody pays while paused, and nothing is made up for', () => {
  const { wall, paid, tick } = atNoon();
  for (; wall.ms < 1_000; wall.ms += 15) tick();
  wall.paused = true;
  const before = paid.length;
  for (; wall.ms < 5_000; wall.ms += 15) tick();
  expect(paid.length).toBe(before);
  wall.paused = false;
  tick();
  expect(paid.length - before).toBeLessThan(10);
});
