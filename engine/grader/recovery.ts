import type { GradeLine } from '../../lib/contract/grade.ts';
import type { Check, Incident } from '../contract/scenario.ts';
import { boundOf, type Outcome } from '../session/checks.ts';
import type { Sample } from '../session/sampler.ts';

/** Two samples further apart than this leave a time nobody looked at. */
const LARGEST_GAP_MS = 8_000;

/** Whatever was read meanwhile says nothing about a cure. */
const TAMPERED: GradeLine = {
  name: 'what is wrong was mended from inside of the bank',
  outcome: 'fail',
  observed: 'somebody took it away where only the engine has any business; it is there again',
  threshold: 'left to the engine',
};

/** Wall ms over which every check has held without a break, up to the newest sample. */
export function heldForMs(samples: readonly Sample[]): number {
  let begin: number | undefined;
  let later: number | undefined;
  for (const { at, readings, tampered } of samples.toReversed()) {
    if (tampered) break;
    if (readings.some(({ outcome }) => outcome !== 'pass')) break;
    if (later !== undefined && later - at > LARGEST_GAP_MS) break;
    begin = at;
    later = at;
  }
  const newest = samples.at(-1)?.at;
  return begin === undefined || newest === undefined ? 0 : newest - begin;
}

/** One line per recovery check and one for the traffic, over the samples of the window. */
export function recoveryLines(
  recovery: Incident['recovery'],
  window: readonly Sample[],
  requests: number | undefined,
): GradeLine[] {
  const lines = recovery.checks.map((check, i) => lineOf(check, i, window, recovery.holdSeconds));
  if (window.some(({ tampered }) => tampered)) lines.push(TAMPERED);
  const enough =
    requests === undefined ? 'inconclusive' : requests >= recovery.minimumRequests ? 'pass' : 'inconclusive';
  lines.push({
    name: "the bank's customers kept coming while it held",
    outcome: enough,
    observed: requests === undefined ? 'no data' : `${requests} requests`,
    threshold: `at least ${recovery.minimumRequests} requests`,
  });
  return lines;
}

function lineOf(check: Check, index: number, window: readonly Sample[], holdSeconds: number): GradeLine {
  const readings = window.map(({ readings }) => readings[index]!).filter(Boolean);
  const shown = readings.findLast(({ outcome }) => outcome === 'fail') ?? readings.at(-1);
  return {
    name: check.means,
    outcome: worst(readings.map(({ outcome }) => outcome)),
    observed: shown?.detail ?? 'no samples',
    threshold: `${boundOf(check)} for ${holdSeconds} s`,
  };
}

/** A failure outweighs missing data, missing data outweighs a pass, and nothing at all is missing data. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('fail')) return 'fail';
  return outcomes.length === 0 || outcomes.includes('inconclusive') ? 'inconclusive' : 'pass';
}
