import { rateOr, secondsOr } from './environment.js';

/** k6 counts requests with a tag apart where a threshold names it; every summary tells these, without a limit. */
const ALWAYS = {
  'http_reqs{kind:score}': [],
  'http_req_duration{kind:score}': [],
  'http_req_failed{kind:score}': [],
};

/** k6 takes a few megabytes for each, and a laptop shall live. */
const MOST_SENDERS = 500;

const between = (least, value, most) => Math.ceil(Math.min(most, Math.max(least, value)));

/**
 * One scenario of an open model: requests are sent when they are due, whether or not earlier ones were answered, so a
 * server that stalls cannot make its own load smaller (coordinated omission).
 *
 * @param rate whole requests a second where a phase says 1
 * @param seconds wall seconds of all phases together
 * @param phases `{name, share, from, to}`: its share of the time, and the multiples of `rate` between which it moves
 */
export function shape({ rate: usual, seconds: usually, phases, thresholds }) {
  const rate = rateOr(usual);
  const seconds = secondsOr(usually);
  const at = (multiple) => Math.max(1, Math.round(rate * multiple));
  const peak = at(Math.max(...phases.flatMap(({ from, to }) => [from, to])));
  return {
    scenarios: {
      load: {
        executor: 'ramping-arrival-rate',
        startRate: at(phases[0].from),
        stages: phases.flatMap(({ share, from, to }) => [
          // k6 goes from one stage's rate to the next one's in a line; a jump is a line of no length.
          { target: at(from), duration: '0s' },
          { target: at(to), duration: `${Math.round(seconds * share * 1000)}ms` },
        ]),
        // For answers after 100 ms, with room for 2 s. What is due when nobody is left to send it counts as dropped.
        preAllocatedVUs: between(5, peak * 0.1, MOST_SENDERS),
        maxVUs: between(20, peak * 2, MOST_SENDERS),
        gracefulStop: '5s',
      },
    },
    thresholds: { ...ALWAYS, ...thresholds },
    summaryTrendStats: ['avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
    setupTimeout: '60s',
    userAgent: 'firedrill-load',
  };
}

/** Which phase a run is in, from the share of it that is over (0 to 1). */
export function phaseAt(phases, progress) {
  let end = 0;
  for (const { name, share } of phases) {
    end += share;
    if (progress < end) return name;
  }
  return phases[phases.length - 1].name;
}

/** One phase at the usual rate. */
export const STEADY = [{ name: 'steady', share: 1, from: 1, to: 1 }];
