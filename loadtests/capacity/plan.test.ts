import { describe, expect, it } from 'vitest';
import { type Costs, type Objective, planFor } from './plan.ts';

const costs: Costs = {
  gateway: 0.000_2,
  inference: 0.000_1,
  consumer: 0.000_1,
  store: 0.000_02,
  log: 0.000_04,
  wireBytes: 1_000,
  eventBytes: 1_500,
  rowBytes: 2_000,
};
const objective: Objective = { wait: 0.01, busiest: 0.6, variability: 1, cards: 1_000_000, days: 7 };

describe('a plan', () => {
  it('keeps every part below its bound, with nothing to spare', () => {
    const { gateways, inferences, consumers, storeShards, logShards, cores } = planFor(
      1_000_000,
      costs,
      objective,
    );
    expect({ gateways, inferences, consumers, storeShards, logShards }).toEqual({
      gateways: 334,
      inferences: 167,
      consumers: 167,
      storeShards: 34,
      logShards: 67,
    });
    expect(cores).toBe(334 + 167 + 167 + 34 + 67);
  });

  it('takes more of what customers wait for when they may wait less, and no more of the rest', () => {
    const patient = planFor(10_000, costs, objective);
    const hurried = planFor(10_000, costs, { ...objective, wait: 0.001 });
    expect(hurried.gateways).toBeGreaterThan(patient.gateways);
    expect(hurried.consumers).toBe(patient.consumers);
  });

  it('says how much goes over the wire and into the log', () => {
    const { wireGbps, logTb, storeGb } = planFor(1_000, costs, objective);
    expect(wireGbps).toBeCloseTo(0.008, 6);
    expect(logTb).toBeCloseTo(0.9072, 6);
    expect(storeGb).toBeCloseTo(2, 6);
  });
});
