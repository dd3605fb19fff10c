/** The feature store goes away under load and returns; you take it away, in the phase `outage`. */

import { ONLINE_REDIS_PORT, secondsOr } from './lib/environment.js';
import { inPhases, setup as samples } from './lib/profile.js';
import { shape } from './lib/shape.js';

export { handleSummary } from './lib/profile.js';

const SECONDS = 60;

const PHASES = [
  { name: 'before', share: 0.25, from: 1, to: 1 },
  { name: 'outage', share: 0.4, from: 1, to: 1 },
  // A circuit that probes and rows that are read again need a moment.
  { name: 'returning', share: 0.1, from: 1, to: 1 },
  { name: 'after', share: 0.25, from: 1, to: 1 },
];

export const options = shape({
  rate: 50,
  seconds: SECONDS,
  phases: PHASES,
  thresholds: {
    'degraded{phase:before}': ['rate<0.01'],
    // Without an outage this run has shown nothing.
    'degraded{phase:outage}': ['rate>0.5'],
    'degraded{phase:after}': ['rate<0.01'],
    'http_req_failed{kind:score,phase:outage}': ['rate<0.01'],
    'http_req_failed{kind:score,phase:after}': ['rate<0.01'],
    // Those that wait for the store, before the circuit opens, wait 250 ms (features.timeout_ms); they are few.
    'http_req_duration{kind:score,phase:outage}': ['med<100', 'p(99)<500'],
    'http_req_duration{kind:score,phase:after}': ['p(99)<250'],
    checks: ['rate>0.99'],
    dropped_iterations: ['rate<1'],
  },
});

export async function setup() {
  const found = await samples();
  const seconds = secondsOr(SECONDS);
  const [from, lasts] = [seconds * 0.25, seconds * 0.4];
  console.log(
    `in ${from} s take the online store away for ${lasts} s, for example: ` +
      `redis-cli -p ${ONLINE_REDIS_PORT} client pause ${Math.round(lasts * 1000)}`,
  );
  return found;
}

export default inPhases(PHASES);
