/** Two servers with different model versions get the same payments: latency, and how often they disagree. */
import exec from 'k6/execution';
import { Rate, Trend } from 'k6/metrics';
import { servedVersions, takeSamples } from './lib/bank.js';
import { SIDES } from './lib/environment.js';
import { score } from './lib/score.js';
import { STEADY, shape } from './lib/shape.js';

export { handleSummary } from './lib/profile.js';

const disagree = new Rate('decisions_differ');
const apart = new Trend('score_difference');

export const options = shape({
  rate: 25,
  seconds: 60,
  phases: STEADY,
  thresholds: {
    'http_req_failed{kind:score,side:a}': ['rate<0.01'],
    'http_req_failed{kind:score,side:b}': ['rate<0.01'],
    'http_req_duration{kind:score,side:a}': ['p(95)<100', 'p(99)<250'],
    'http_req_duration{kind:score,side:b}': ['p(95)<100', 'p(99)<250'],
    'degraded{side:a}': ['rate<0.01'],
    'degraded{side:b}': ['rate<0.01'],
    // A version that decides one payment in ten differently is another product, whatever its AUC.
    decisions_differ: ['rate<0.1'],
    checks: ['rate>0.99'],
    dropped_iterations: ['rate<1'],
  },
});

export async function setup() {
  const { a, b } = await servedVersions();
  console.log(`a is version ${a} at ${SIDES.a}, b is version ${b} at ${SIDES.b}`);
  return takeSamples([SIDES.a, SIDES.b]);
}

export default async function (samples) {
  // Whoever is asked second finds the processor warm; they take turns.
  const order = exec.scenario.iterationInTest % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
  const answers = {};
  await Promise.all(
    order.map(async (side) => {
      answers[side] = await score(SIDES[side], samples, { side });
    }),
  );
  const { a, b } = answers;
  if (!a || !b) return;
  disagree.add(a.decision !== b.decision);
  apart.add(Math.abs(a.score - b.score));
}
