/** Processes that take requests from one queue, first come, first served. Times are seconds, rates a second. */
export interface Station {
  /** Requests that arrive, at random moments (Poisson). */
  rate: number;
  /** Processes that serve, one request at a time each. */
  servers: number;
  /** Mean time one request keeps a process busy. */
  service: number;
  /** Squared coefficient of variation of that time: 0 always the same, 1 exponential. */
  variability: number;
}

/** How busy a process is on average; from 1 on the queue grows without bound. */
export const utilisation = ({ rate, servers, service }: Station): number => (rate * service) / servers;

/**
 * Probability that somebody who arrives has to wait, for exponential service: Erlang's C formula.
 * @param load offered load in erlangs, rate times service time; below `servers`
 * @see Erlang 1917; Cooper, Introduction to Queueing Theory, 2nd ed. 1981, p. 99. By way of Erlang's B, whose recursion
 *   neither overflows nor cancels.
 */
export function erlangC(servers: number, load: number): number {
  let blocking = 1;
  for (let n = 1; n <= servers; n++) blocking = (load * blocking) / (n + load * blocking);
  return blocking / (1 - (load / servers) * (1 - blocking));
}

/**
 * Mean time in the queue, seconds; infinite from full utilisation on. Exact for one server (Pollaczek and Khinchine) and
 * for exponential service, an approximation otherwise.
 * @see Allen and Cunneen's formula: Allen, Probability, Statistics and Queueing Theory, 2nd ed. 1990, p. 341
 */
export function meanWait(station: Station): number {
  const { rate, servers, service, variability } = station;
  if (utilisation(station) >= 1) return Number.POSITIVE_INFINITY;
  const load = rate * service;
  return ((erlangC(servers, load) * service) / (servers - load)) * ((1 + variability) / 2);
}

/**
 * Time in the queue that the share `q` of requests does not exceed, seconds. The tail of the wait is taken as
 * exponential, with the right mean and the right probability of not waiting at all: exact for exponential service.
 */
export function waitQuantile(station: Station, q: number): number {
  const mean = meanWait(station);
  if (!Number.isFinite(mean)) return mean;
  const waits = erlangC(station.servers, station.rate * station.service);
  return waits <= 1 - q ? 0 : (mean / waits) * Math.log(waits / (1 - q));
}

/**
 * Fewest processes, each with a queue and an equal share of the traffic of its own, that keep both bounds.
 * @param longest seconds in the queue that the share `q` of requests may wait
 * @param busiest utilisation that is not exceeded, below 1: what is left is for the hour in which a part is missing
 */
export function processesFor(
  { rate, service, variability }: Omit<Station, 'servers'>,
  { longest, q, busiest }: { longest: number; q: number; busiest: number },
): number {
  const keeps = (processes: number): boolean => {
    const one = { rate: rate / processes, servers: 1, service, variability };
    return utilisation(one) <= busiest && waitQuantile(one, q) <= longest;
  };
  let most = Math.max(1, Math.ceil((rate * service) / busiest));
  while (!keeps(most)) most *= 2;
  let fewest = Math.floor(most / 2);
  while (most - fewest > 1) {
    const middle = (most + fewest) >> 1;
    if (keeps(middle)) most = middle;
    else fewest = middle;
  }
  return most;
}
