/** Ten minutes without a change: what leaks, fills up or grows slower shows in the last part against the first. */
import { inPhases } from './lib/profile.js';
import { shape } from './lib/shape.js';
import { HEALTHY } from './lib/thresholds.js';

export { handleSummary, setup } from './lib/profile.js';

const PHASES = ['first', 'second', 'third', 'last'].map((name) => ({ name, share: 0.25, from: 1, to: 1 }));

export const options = shape({
  rate: 50,
  seconds: 600,
  phases: PHASES,
  thresholds: {
    ...HEALTHY,
    'http_req_duration{kind:score,phase:first}': ['p(99)<250'],
    'http_req_duration{kind:score,phase:last}': ['p(99)<250'],
    'degraded{phase:last}': ['rate<0.01'],
  },
});

export default inPhases(PHASES);
