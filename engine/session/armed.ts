import { messageOf } from '../../lib/kit/errors.ts';
import type { DrillContext } from '../contract/parts.ts';
import type { Disruption } from '../contract/scenario.ts';
import { errors } from '../errors.ts';
import { checkArguments, type Parts } from '../parts.ts';
import type { Armed, SessionRecord } from './record.ts';

function resolve(parts: Parts, { fault: name, with: given }: Disruption) {
  const fault = parts.faults.get(name);
  if (!fault) throw new Error(`there is no fault ${name}`);
  const outcome = checkArguments(fault.arguments, given);
  if ('problem' in outcome) throw new Error(`${name}: ${outcome.problem}`);
  return { fault, args: outcome.args };
}

/**
 * Injects in order. Each is on record before it begins and again when it is done (`save`), so that a crash at any
 * moment leaves behind what has to be undone.
 */
export async function arm(
  parts: Parts,
  context: DrillContext,
  record: Pick<SessionRecord, 'armed'>,
  disruptions: readonly Disruption[],
  save: () => void,
): Promise<void> {
  for (const disruption of disruptions) {
    const { fault, args } = resolve(parts, disruption);
    const entry: Armed = { disruption, undo: null };
    record.armed.push(entry);
    save();
    entry.undo = { done: await fault.inject(context, args) };
    save();
  }
}

/**
 * Undoes whatever has been injected, newest first. One that cannot be undone does not keep the others, and stays armed
 * for another try.
 * @param restoring whether a snapshot is brought back afterwards: what it undoes anyway stays armed until then
 * @throws AppError DRILL_NOT_UNDONE
 */
export async function disarm(
  parts: Parts,
  context: DrillContext,
  record: Pick<SessionRecord, 'armed'>,
  save: () => void,
  restoring = false,
): Promise<void> {
  const problems: string[] = [];
  for (const entry of [...record.armed].reverse()) {
    const { fault, args } = resolve(parts, entry.disruption);
    if (restoring && fault.heldBySnapshot) continue;
    try {
      await fault.clear(context, args, entry.undo?.done);
      record.armed.splice(record.armed.indexOf(entry), 1);
      save();
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  if (problems.length > 0) throw errors.NOT_UNDONE(problems.join('; '));
}

/** After a snapshot was brought back: what it has undone is not armed any more. */
export function forgetHeld(parts: Parts, record: Pick<SessionRecord, 'armed'>): void {
  record.armed = record.armed.filter(({ disruption }) => !parts.faults.get(disruption.fault)?.heldBySnapshot);
}

/** What everybody may know of it. */
export const PUT_BACK = 'something was changed where only the engine has any business; it is put back';

/**
 * Puts back what is not as it was injected. One that cannot be asked does not count as intact.
 * @returns whether all was intact
 */
export async function keepArmed(
  parts: Parts,
  context: DrillContext,
  record: Pick<SessionRecord, 'armed'>,
): Promise<boolean> {
  const kept = record.armed.map(async ({ disruption, undo }) => {
    const { fault, args } = resolve(parts, disruption);
    if (!undo || !fault.intact) return true;
    const intact = await fault.intact(context, args, undo.done).catch(() => false);
    if (!intact) await fault.rearm?.(context, args, undo.done).catch(() => {});
    return intact;
  });
  return (await Promise.all(kept)).every(Boolean);
}

/** What lived in the engine, and ended with it, begins again. */
export async function rearm(
  parts: Parts,
  context: DrillContext,
  record: Pick<SessionRecord, 'armed'>,
): Promise<void> {
  for (const { disruption, undo } of record.armed) {
    const { fault, args } = resolve(parts, disruption);
    if (undo) await fault.rearm?.(context, args, undo.done);
  }
}
