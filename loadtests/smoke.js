/** A few seconds at a low rate, for CI and for looking whether anything works at all. */
import { inPhases } from './lib/profile.js';
import { STEADY, shape } from './lib/shape.js';
import { HEALTHY } from './lib/thresholds.js';

export { handleSummary, setup } from './lib/profile.js';

export const options = shape({
  rate: 20,
  seconds: 5,
  phases: STEADY,
  thresholds: {
    ...HEALTHY,
    // Says that it works, not how fast: the machine it runs on may be busy.
    'http_req_duration{kind:score}': ['p(99)<2000'],
    'score_duration{region:eu}': ['p(99)<2000'],
    'score_duration{region:us}': ['p(99)<2000'],
    'decisions{region:eu}': ['count>0'],
    'decisions{region:us}': ['count>0'],
    degraded: ['rate<0.05'],
    dropped_iterations: ['rate<5'],
  },
});

export default inPhases(STEADY);
