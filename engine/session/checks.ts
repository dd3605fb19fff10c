import { messageOf } from '../../lib/kit/errors.ts';
import type { DrillContext, Reading } from '../contract/parts.ts';
import type { Check } from '../contract/scenario.ts';
import { checkArguments, type Parts } from '../parts.ts';

export type Outcome = 'pass' | 'fail' | 'inconclusive';

export interface CheckReading extends Reading {
  outcome: Outcome;
}

/** Probes have bounds of their own, shorter ones. One that forgot must not keep all the others, and the end, waiting. */
const READS_WITHIN_MS = 20_000;

/** Reads one probe and holds it against its bound. A probe that fails has no data, and no data is never a pass. */
export async function readCheck(
  parts: Parts,
  context: DrillContext,
  check: Check,
  withinMs = READS_WITHIN_MS,
): Promise<CheckReading> {
  const probe = parts.probes.get(check.probe);
  if (!probe) throw new Error(`there is no probe ${check.probe}`);
  const outcome = checkArguments(probe.arguments, check.with);
  if ('problem' in outcome) throw new Error(`${check.probe}: ${outcome.problem}`);
  let reading: Reading;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${withinMs} ms`)), withinMs);
  try {
    reading = await Promise.race([probe.read(context, outcome.args), late.promise]);
  } catch (error) {
    reading = { value: undefined, detail: `no data: ${messageOf(error)}` };
  } finally {
    clearTimeout(timer);
  }
  return { ...reading, outcome: judge(check, reading) };
}

/** An estimate passes when all of its interval does: the lucky half of a wide one proves nothing. */
export function judge(
  { atMost, atLeast }: Pick<Check, 'atMost' | 'atLeast'>,
  { value, interval }: Pick<Reading, 'value' | 'interval'>,
): Outcome {
  if (value === undefined || Number.isNaN(value)) return 'inconclusive';
  if (atMost !== undefined) return (interval?.upper ?? value) <= atMost ? 'pass' : 'fail';
  return (interval?.lower ?? value) >= (atLeast ?? Number.POSITIVE_INFINITY) ? 'pass' : 'fail';
}

export const boundOf = ({ atMost, atLeast }: Pick<Check, 'atMost' | 'atLeast'>): string =>
  atMost !== undefined ? `at most ${atMost}` : `at least ${atLeast}`;
