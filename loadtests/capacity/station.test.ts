import { describe, expect, it } from 'vitest';
import { createRandom } from '../../lib/kit/random.ts';
import { simulate } from './simulate.ts';
import { erlangC, meanWait, processesFor, type Station, utilisation, waitQuantile } from './station.ts';

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const quantile = (values: Float64Array, q: number) => values.toSorted()[Math.floor(values.length * q)]!;

describe('a station', () => {
  it("knows Erlang's C: one server makes people wait as often as it is busy, two less often", () => {
    expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 12);
    // M/M/2: C = 2 rho^2 / (1 + rho).
    expect(erlangC(2, 1.2)).toBeCloseTo((2 * 0.6 ** 2) / 1.6, 12);
    expect(erlangC(1_000, 900)).toBeGreaterThan(0);
  });

  it('gives a single server the wait of Pollaczek and Khinchine', () => {
    const station = { rate: 800, servers: 1, service: 0.001, variability: 0 };
    expect(meanWait(station)).toBeCloseTo((0.8 * 0.001) / (2 * (1 - 0.8)), 12);
    expect(meanWait({ ...station, variability: 1 })).toBeCloseTo(2 * meanWait(station), 12);
  });

  it('never ends when more comes than can be served', () => {
    const station = { rate: 1_000, servers: 1, service: 0.001, variability: 1 };
    expect(utilisation(station)).toBe(1);
    expect(meanWait(station)).toBe(Number.POSITIVE_INFINITY);
    expect(waitQuantile(station, 0.99)).toBe(Number.POSITIVE_INFINITY);
  });

  it('says that nobody waits where fewer than one in a hundred does', () => {
    expect(waitQuantile({ rate: 5, servers: 1, service: 0.001, variability: 1 }, 0.99)).toBe(0);
  });

  const stations: Station[] = [
    { rate: 700, servers: 1, service: 0.001, variability: 1 },
    { rate: 700, servers: 1, service: 0.001, variability: 0.25 },
    { rate: 850, servers: 1, service: 0.001, variability: 0 },
    { rate: 600, servers: 1, service: 0.001, variability: 4 },
    { rate: 3_200, servers: 4, service: 0.001, variability: 1 },
  ];
  it.each(stations)(
    'waits as its simulation does: $rate/s on $servers, variability $variability',
    (station) => {
      const { waits } = simulate(station, { requests: 400_000, random: createRandom('station') });
      expect(mean(waits) / meanWait(station)).toBeCloseTo(1, 1);
      // The exponential tail is an approximation for any other service time.
      const ratio = quantile(waits, 0.99) / waitQuantile(station, 0.99);
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.25);
    },
  );
});

describe('processes for a rate', () => {
  const traffic = { rate: 10_000, service: 0.000_2, variability: 1 };

  it('are as few as keep both bounds, and one fewer does not', () => {
    const bounds = { longest: 0.001, q: 0.99, busiest: 0.7 };
    const processes = processesFor(traffic, bounds);
    const each = (n: number) => ({ ...traffic, rate: traffic.rate / n, servers: 1 });
    expect(waitQuantile(each(processes), 0.99)).toBeLessThanOrEqual(0.001);
    expect(waitQuantile(each(processes - 1), 0.99)).toBeGreaterThan(0.001);
  });

  it('are bound by how busy they may be when waiting is cheap', () => {
    expect(processesFor(traffic, { longest: 1, q: 0.99, busiest: 0.5 })).toBe(4);
    expect(processesFor({ ...traffic, rate: 1 }, { longest: 1, q: 0.99, busiest: 0.5 })).toBe(1);
  });
});

describe('the simulation', () => {
  it('turns away whoever finds the line full, and keeps the wait of the others within it', () => {
    const station = { rate: 2_000, servers: 1, service: 0.001, variability: 0 };
    const { waits, refused } = simulate(station, {
      requests: 20_000,
      random: createRandom('room'),
      room: 10,
    });
    expect(refused / 20_000).toBeCloseTo(0.5, 1);
    expect(Math.max(...waits.filter((wait) => !Number.isNaN(wait)))).toBeLessThanOrEqual(0.0111);
  });
});
