import type { DrillContext } from '../contract/parts.ts';
import type { Disruption, Scenario } from '../contract/scenario.ts';
import { checkArguments, type Parts } from '../parts.ts';
import type { SessionRecord } from './record.ts';

function resolve(parts: Parts, { fault: name, with: given }: Disruption) {
  const fault = parts.faults.get(name);
  if (!fault) throw new Error(`there is no fault ${name}`);
  const outcome = checkArguments(fault.arguments, given);
  if ('problem' in outcome) throw new Error(`${name}: ${outcome.problem}`);
  return { fault, args: outcome.args };
}

const disruptionsOf = (scenario: Scenario, record: SessionRecord): Disruption[] =>
  scenario.variants[record.variant]?.disruptions ?? [];

/** Injects in order; `save` runs after each, so that a crash leaves on record what has to be undone. */
export async function injectAll(
  parts: Parts,
  context: DrillContext,
  scenario: Scenario,
  record: SessionRecord,
  save: () => void,
): Promise<void> {
  for (const [i, disruption] of disruptionsOf(scenario, record).entries()) {
    const { fault, args } = resolve(parts, disruption);
    record.undo[i] = { done: await fault.inject(context, args) };
    save();
  }
}

/** Undoes in reverse order whatever has been injected. */
export async function clearAll(
  parts: Parts,
  context: DrillContext,
  scenario: Scenario,
  record: SessionRecord,
): Promise<void> {
  for (const [i, disruption] of [...disruptionsOf(scenario, record).entries()].reverse()) {
    const undo = record.undo[i];
    if (!undo) continue;
    const { fault, args } = resolve(parts, disruption);
    await fault.clear(context, args, undo.done);
    record.undo[i] = null;
  }
}
