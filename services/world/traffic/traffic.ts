import type { Clock } from '../../../lib/kit/clock.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { Customers } from './customers.ts';

/** Wall ms of the past that are still made up for; after a longer standstill those customers have gone elsewhere. */
const MADE_UP_FOR_MS = 250;

export interface TickOptions {
  simulation: Simulation;
  customers: Pick<Customers, 'pay'>;
  clock: Clock;
  /** While true time passes and nobody pays. */
  paused(): boolean;
}

/** Brings the simulation up to business now and sends what was bought meanwhile. Called every few wall ms. */
export function createTick({ simulation, customers, clock, paused }: TickOptions): () => void {
  const slack = (MADE_UP_FOR_MS * 86_400) / clock.settings.daySeconds;
  return () => {
    const nowMs = clock.now();
    simulation.skip(paused() ? nowMs : nowMs - slack);
    for (const purchase of simulation.advance(nowMs)) void customers.pay(purchase);
  };
}
