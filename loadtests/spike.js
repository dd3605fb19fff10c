/** Ten times the load at once, and back: are answers honest meanwhile, and is all well right after? */
import { inPhases } from './lib/profile.js';
import { shape } from './lib/shape.js';

export { handleSummary, setup } from './lib/profile.js';

const PHASES = [
  { name: 'before', share: 0.25, from: 1, to: 1 },
  { name: 'spike', share: 0.4, from: 10, to: 10 },
  // Whatever is left over from the spike shows here, not in `after`.
  { name: 'settling', share: 0.1, from: 1, to: 1 },
  { name: 'after', share: 0.25, from: 1, to: 1 },
];

export const options = shape({
  rate: 50,
  seconds: 80,
  phases: PHASES,
  thresholds: {
    'http_req_duration{kind:score,phase:before}': ['p(99)<250'],
    'http_req_duration{kind:score,phase:spike}': ['p(99)<1000'],
    'http_req_duration{kind:score,phase:after}': ['p(99)<250'],
    // Being turned away in words is an answer under a surge; anything else that fails is not.
    checks: ['rate>0.99'],
    'http_req_failed{kind:score,phase:spike}': ['rate<0.1'],
    'http_req_failed{kind:score,phase:after}': ['rate<0.01'],
    'degraded{phase:after}': ['rate<0.01'],
    dropped_iterations: ['rate<5'],
  },
});

export default inPhases(PHASES);
