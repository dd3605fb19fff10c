import { setTimeout as delay } from 'node:timers/promises';
import type { Verdict } from '../../lib/contract/grade.ts';
import { messageOf } from '../../lib/kit/errors.ts';
import type { DrillContext } from '../contract/parts.ts';
import type { Scenario } from '../contract/scenario.ts';
import { heldForMs, recoveryLines, worst } from '../grader/recovery.ts';
import type { Parts } from '../parts.ts';
import { worldTruth } from '../world.ts';
import type { SessionRecord } from './record.ts';
import type { Sampler } from './sampler.ts';

const LOOK_MS = 500;
/** However short the window is, this much is shown of a recovery that never began. */
const SHORTEST_WINDOW_MS = 10_000;

export interface Bench {
  parts: Parts;
  context: DrillContext;
  scenario: Scenario;
  record: SessionRecord;
  sampler: Sampler;
  /** How long a mitigation that is catching up may take to show its first good sample, wall ms. */
  settleMs: number;
  signal: AbortSignal;
}

/** Waits until the recovery has held for its window, or cannot any more, and says what was seen. */
export async function judgeMitigation(bench: Bench): Promise<Verdict> {
  const { context, scenario, record, sampler, settleMs, signal } = bench;
  const { recovery } = scenario;
  const holdMs = recovery.holdSeconds * 1000;
  const begun = Date.now();
  const held = () => heldForMs(sampler.since(record.injectedAt ?? begun));
  // Either it holds already, or it begins to hold while it settles and then needs the whole window.
  while (!signal.aborted && held() < holdMs) {
    if (Date.now() - begun > settleMs && held() === 0) break;
    await delay(LOOK_MS, undefined, { signal }).catch(() => {});
  }
  const window = sampler.since(Date.now() - Math.max(holdMs, SHORTEST_WINDOW_MS));
  const traffic = await worldTruth(context, recovery.holdSeconds).catch(() => undefined);
  const lines = recoveryLines(recovery, window, traffic?.requests);
  const invariants = await invariantLines(bench);
  return {
    at: new Date().toISOString(),
    outcome: worst([...lines, ...invariants].map(({ outcome }) => outcome)),
    recovery: lines,
    invariants,
  };
}

/** What cannot be asked is not known to hold. */
function invariantLines({ parts, context, scenario, record }: Bench): Promise<Verdict['invariants']> {
  return Promise.all(
    scenario.invariants.map(async (name) => {
      const invariant = parts.invariants.get(name)!;
      const threshold = invariant.describe;
      try {
        const broken = await invariant.violations(context, record.baseline[name]);
        const outcome = broken.length === 0 ? ('pass' as const) : ('fail' as const);
        return { name, outcome, observed: broken.join('; ') || 'unchanged', threshold };
      } catch (error) {
        return { name, outcome: 'inconclusive' as const, observed: messageOf(error), threshold };
      }
    }),
  );
}
