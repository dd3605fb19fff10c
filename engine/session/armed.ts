import type { DrillContext } from '../contract/parts.ts';
import type { Disruption } from '../contract/scenario.ts';
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

/** Undoes whatever has been injected, newest first. One that cannot be undone does not keep the others. */
export async function disarm(
  parts: Parts,
  context: DrillContext,
  record: Pick<SessionRecord, 'armed'>,
  save: () => void,
): Promise<void> {
  const failures: unknown[] = [];
  for (const entry of [...record.armed].reverse()) {
    const { fault, args } = resolve(parts, entry.disruption);
    await fault.clear(context, args, entry.undo?.done).catch((error: unknown) => failures.push(error));
    record.armed.splice(record.armed.indexOf(entry), 1);
    save();
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be undone');
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
