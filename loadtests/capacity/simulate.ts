import type { Random } from '../../lib/kit/random.ts';
import type { Station } from './station.ts';

/** What happened to the requests of a simulated station. */
export interface Simulated {
  /** Time in the queue of each request, seconds, in the order of arrival; NaN for one that was turned away. */
  waits: Float64Array;
  refused: number;
}

/**
 * Plays the station request by request, for what no formula says: a bounded queue, or service times of any shape.
 * @param requests how many arrive
 * @param room requests that may wait in line at once; whoever finds it full is turned away
 */
export function simulate(
  { rate, servers, service, variability }: Station,
  { requests, random, room = Number.POSITIVE_INFINITY }: { requests: number; random: Random; room?: number },
): Simulated {
  const draw = serviceTimes(service, variability, random);
  const freeAt = new Float64Array(servers);
  const waits = new Float64Array(requests);
  /** Moments at which somebody in line begins to be served, ascending. */
  const begins: number[] = [];
  let gone = 0;
  let now = 0;
  let refused = 0;
  for (let i = 0; i < requests; i++) {
    now += random.exponential(1 / rate);
    while (gone < begins.length && begins[gone]! <= now) gone++;
    const next = freeAt.indexOf(freeAt.reduce((first, at) => Math.min(first, at)));
    const begin = Math.max(now, freeAt[next]!);
    if (begin > now && begins.length - gone >= room) {
      waits[i] = Number.NaN;
      refused++;
      continue;
    }
    if (begin > now) begins.push(begin);
    waits[i] = begin - now;
    freeAt[next] = begin + draw();
  }
  return { waits, refused };
}

/** Gamma distributed where it is a sum of exponentials (Erlang), hyperexponential with balanced means above. */
function serviceTimes(mean: number, variability: number, random: Random): () => number {
  if (variability === 0) return () => mean;
  if (variability <= 1) {
    const stages = Math.round(1 / variability);
    return () => {
      let sum = 0;
      for (let i = 0; i < stages; i++) sum += random.exponential(mean / stages);
      return sum;
    };
  }
  const share = (1 + Math.sqrt((variability - 1) / (variability + 1))) / 2;
  return () =>
    random.next() < share
      ? random.exponential(mean / (2 * share))
      : random.exponential(mean / (2 * (1 - share)));
}
