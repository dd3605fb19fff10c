import { setTimeout as delay } from 'node:timers/promises';
import type { GradeLine, Verdict } from '../../lib/contract/grade.ts';
import { messageOf } from '../../lib/kit/errors.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import type { DrillContext } from '../contract/parts.ts';
import type { Incident } from '../contract/scenario.ts';
import { heldForMs, recoveryLines, worst } from '../grader/recovery.ts';
import type { Parts } from '../parts.ts';
import { worldTruth } from '../world.ts';
import { arm } from './armed.ts';
import type { SessionRecord } from './record.ts';
import { Sampler } from './sampler.ts';
import type { Timing } from './timing.ts';

/** However short the window is, this much is shown of a recovery that never began. */
const SHORTEST_WINDOW_MS = 10_000;

/** Longer than a connection takes to be made again. */
const ASKED_FOR_MS = 4_000;

export interface Bench {
  parts: Parts;
  context: DrillContext;
  incident: Incident;
  record: SessionRecord;
  sampler: Sampler;
  /** How long a mitigation that is catching up may take to show its first good sample, wall ms. */
  settleMs: number;
  timing: Timing;
  signal: AbortSignal;
  note(text: string): void;
}

/**
 * Waits until the recovery has held for its window, or cannot any more, and says what was seen; then, where the
 * scenario asks for it, does to the bank what must not bring the trouble back.
 */
export async function judgeMitigation(bench: Bench): Promise<Verdict> {
  const { context, incident, record, sampler, settleMs } = bench;
  const { recovery } = incident;
  const holdMs = recovery.holdSeconds * 1000;
  const held = await holds(bench, record.injectedAt ?? Date.now(), settleMs, holdMs);
  const window = sampler.since(Date.now() - (held ? holdMs : Math.max(holdMs, SHORTEST_WINDOW_MS)));
  const traffic = await worldTruth(context, recovery.holdSeconds).catch(() => undefined);
  const lines = recoveryLines(recovery, window, traffic?.requests);
  const invariants = await invariantLines(bench);
  const sofar = worst([...lines, ...invariants].map(({ outcome }) => outcome));
  const durability = sofar === 'pass' ? await durabilityLines(bench) : [];
  return {
    at: new Date().toISOString(),
    outcome: worst([sofar, ...durability.map(({ outcome }) => outcome)]),
    recovery: lines,
    invariants,
    durability,
  };
}

/** Has it held for `holdMs` on samples since then? Either it does already, or it begins to within `settleMs`. */
async function holds(
  { sampler, timing, signal }: Bench,
  since: number,
  settleMs: number,
  holdMs: number,
): Promise<boolean> {
  const begun = Date.now();
  const held = () => heldForMs(sampler.since(since));
  while (!signal.aborted && held() < holdMs) {
    if (Date.now() - begun > settleMs && held() === 0) return false;
    await delay(timing.lookMs, undefined, { signal }).catch(() => {});
  }
  return !signal.aborted;
}

/** Does the cure outlive what it has to outlive: a restart, the job or the event once more? */
async function durabilityLines(bench: Bench): Promise<GradeLine[]> {
  const { durability, recovery } = bench.incident;
  if (!durability) return [];
  const { replay, holdSeconds, withinSeconds, means } = durability;
  bench.note('it holds; does it last?');
  await arm(bench.parts, bench.context, bench.record, replay, () => {});
  const since = Date.now();
  const lasted = await holds(bench, since, withinSeconds * 1000, holdSeconds * 1000);
  const window = bench.sampler.since(since);
  const failing = recoveryLines(recovery, window, recovery.minimumRequests).filter(
    ({ outcome }) => outcome !== 'pass',
  );
  return [
    {
      name: means,
      outcome: lasted ? 'pass' : 'fail',
      observed: lasted ? 'it came back by itself' : failing.map(({ observed }) => observed).join('; '),
      threshold: `recovered within ${withinSeconds} s and for ${holdSeconds} s`,
    },
  ];
}

/** The same thing once more, after it was mended: does it still hurt? Null where the scenario does not ask. */
export async function judgePrevention(bench: Bench): Promise<GradeLine | null> {
  const { prevention } = bench.incident;
  if (!prevention) return null;
  const { again, afterSeconds, holdSeconds, checks, means } = prevention;
  const { parts, context, record, timing, signal } = bench;
  bench.note('recovered; now the same thing happens once more');
  await arm(parts, context, record, again, () => {});
  await delay(afterSeconds * 1000, undefined, { signal }).catch(() => {});
  const sampler = new Sampler(parts, context, checks, timing.sampleMs).start();
  await delay(holdSeconds * 1000, undefined, { signal }).catch(() => {});
  await sampler.stop();
  const hurt = recoveryLines({ checks, holdSeconds, minimumRequests: 1 }, sampler.since(0), 1).find(
    ({ outcome }) => outcome !== 'pass',
  );
  return {
    name: means,
    outcome: hurt ? hurt.outcome : 'pass',
    observed: hurt ? `${hurt.name}: ${hurt.observed}` : 'it does not hurt any more',
    threshold: `for ${holdSeconds} s after the same fault`,
  };
}

/** What cannot be asked is not known to hold. A service may be coming back at this moment, so it is asked for a while. */
function invariantLines({ parts, context, incident, record }: Bench): Promise<Verdict['invariants']> {
  return Promise.all(
    incident.invariants.map(async (name) => {
      const invariant = parts.invariants.get(name)!;
      const threshold = invariant.describe;
      try {
        const look = () => invariant.violations(context, record.baseline[name]);
        const broken = await waitFor(name, look, { deadlineMs: ASKED_FOR_MS, everyMs: 250 });
        const outcome = broken.length === 0 ? ('pass' as const) : ('fail' as const);
        return { name, outcome, observed: broken.join('; ') || 'unchanged', threshold };
      } catch (error) {
        return { name, outcome: 'inconclusive' as const, observed: messageOf(error), threshold };
      }
    }),
  );
}
