import { setTimeout as delay } from 'node:timers/promises';
import type { DrillContext } from '../contract/parts.ts';
import type { Check } from '../contract/scenario.ts';
import type { Parts } from '../parts.ts';
import { boundOf, readCheck } from './checks.ts';
import type { Timing } from './timing.ts';

const LOOKS = 3;

/**
 * Waits until every check has held `LOOKS` times in a row. A drill begun on a bank that is already ill would grade
 * somebody on the wrong illness.
 * @returns undefined, or which check did not hold and what was seen
 */
export async function awaitSteadyState(
  parts: Parts,
  context: DrillContext,
  checks: readonly Check[],
  { timing, signal }: { timing: Timing; signal: AbortSignal },
): Promise<string | undefined> {
  const end = performance.now() + timing.steadyDeadlineMs;
  let inARow = 0;
  let problem: string | undefined;
  while (performance.now() < end && !signal.aborted) {
    const readings = await Promise.all(checks.map((check) => readCheck(parts, context, check)));
    const failing = readings.findIndex(({ outcome }) => outcome !== 'pass');
    if (failing === -1) {
      inARow += 1;
      if (inARow === LOOKS) return undefined;
    } else {
      inARow = 0;
      const check = checks[failing]!;
      problem = `${check.means}: ${readings[failing]!.detail}, needs ${boundOf(check)}`;
    }
    await delay(timing.steadyMs, undefined, { signal }).catch(() => {});
  }
  return problem ?? 'the checks did not hold long enough';
}
