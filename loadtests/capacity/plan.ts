import { processesFor } from './station.ts';

/** What one request costs each part, measured (`./drill bench capacity`). Processor seconds and bytes a request. */
export interface Costs {
  gateway: number;
  inference: number;
  /** Applying its event to the rows. */
  consumer: number;
  /** The online store: one read by inference, one write by the consumer. */
  store: number;
  /** The event log: two events written, each read by its groups. */
  log: number;
  /** On the wire into and out of the gateway. */
  wireBytes: number;
  /** Both events as they lie in the log. */
  eventBytes: number;
  /** A card's rows in the online store. */
  rowBytes: number;
}

/** What a plan has to keep. */
export interface Objective {
  /** Seconds that 99 of 100 requests may wait for a process, gateway and inference together. */
  wait: number;
  /** How busy a process may be. At two thirds, two zones carry what three did. */
  busiest: number;
  /** Squared coefficient of variation of service times. */
  variability: number;
  cards: number;
  /** Days the log keeps. */
  days: number;
}

/** How much of everything a rate takes. */
export interface Plan {
  rate: number;
  gateways: number;
  inferences: number;
  /** One process owns a partition at a time, so that there are at least as many partitions. */
  consumers: number;
  storeShards: number;
  logShards: number;
  /** Of all processes, as busy as planned. */
  cores: number;
  /** Gigabits a second through the front door. */
  wireGbps: number;
  /** Terabytes the log keeps. */
  logTb: number;
  /** Gigabytes of rows in the online store. */
  storeGb: number;
}

/** What it takes to serve `rate` requests a second. Pools of processes of one queue each, fed evenly. */
export function planFor(rate: number, costs: Costs, objective: Objective): Plan {
  const { wait, busiest, variability, cards, days } = objective;
  // Two waits in a row: each may have half. That the slow ones coincide is unlikely, so the sum is on the safe side.
  const bounds = { longest: wait / 2, q: 0.99, busiest };
  const pool = (service: number) => processesFor({ rate, service, variability }, bounds);
  // Nobody waits for these two at the till; they only have to keep up.
  const keepUp = (service: number) => Math.ceil((rate * service) / busiest);
  const plan = {
    gateways: pool(costs.gateway),
    inferences: pool(costs.inference),
    consumers: keepUp(costs.consumer),
    storeShards: pool(costs.store),
    logShards: keepUp(costs.log),
  };
  return {
    rate,
    ...plan,
    cores: Object.values(plan).reduce((sum, processes) => sum + processes, 0),
    wireGbps: (rate * costs.wireBytes * 8) / 1e9,
    logTb: (rate * costs.eventBytes * days * 86_400) / 1e12,
    storeGb: (cards * costs.rowBytes) / 1e9,
  };
}
