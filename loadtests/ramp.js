/** Ever more, up to ten times the rate in two minutes: where does latency leave its level? */
import { inPhases } from './lib/profile.js';
import { shape } from './lib/shape.js';
import { HEALTHY } from './lib/thresholds.js';

export { handleSummary, setup } from './lib/profile.js';

/** Levels to be compared with each other; within each the rate stands still. */
const PHASES = [1, 2, 4, 6, 8, 10].map((multiple) => ({
  name: `x${multiple}`,
  share: 1 / 6,
  from: multiple,
  to: multiple,
}));

export const options = shape({
  rate: 50,
  seconds: 120,
  phases: PHASES,
  thresholds: {
    ...HEALTHY,
    // One line each in the summary: the first that is crossed is the knee.
    ...Object.fromEntries(
      PHASES.map(({ name }) => [`http_req_duration{kind:score,phase:${name}}`, ['p(99)<250']]),
    ),
  },
});

export default inPhases(PHASES);
