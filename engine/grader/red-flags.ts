import type { Verdict } from '../../lib/contract/grade.ts';
import type { Action } from '../contract/parts.ts';
import type { RedFlag } from '../contract/scenario.ts';
import type { SessionRecord } from '../session/record.ts';

export interface RaisedFlag {
  flag: RedFlag;
  because: string;
}

/**
 * Flags raised by what somebody did (audit trail) or by what they left behind (broken invariants). Looking is never
 * held against anybody; only changes are.
 */
export function raisedFlags(
  flags: readonly RedFlag[],
  actions: readonly Action[],
  record: SessionRecord,
  verdict: Verdict | undefined,
): RaisedFlag[] {
  return flags.flatMap((flag) => {
    const because = flag.invariant
      ? brokenInvariant(flag.invariant, verdict)
      : matchingActions(flag, actions, record);
    return because === undefined ? [] : [{ flag, because }];
  });
}

function brokenInvariant(name: string, verdict: Verdict | undefined): string | undefined {
  return verdict?.invariants.find((line) => line.name === name && line.outcome === 'fail')?.observed;
}

function matchingActions(
  flag: RedFlag,
  actions: readonly Action[],
  record: SessionRecord,
): string | undefined {
  const limit = { acknowledge: record.acknowledgedAt, submit: record.submission?.at ?? null };
  const until = flag.before === undefined ? null : limit[flag.before];
  const action = new RegExp(flag.action ?? '');
  const object = new RegExp(flag.object ?? '');
  const hits = actions.filter(
    (one) => action.test(one.action) && object.test(one.object) && (until === null || one.at < until),
  );
  const objects = [...new Set(hits.map((hit) => hit.object))];
  if (objects.length < (flag.atLeast ?? 1)) return undefined;
  return `${hits[0]!.action} ${objects.slice(0, 4).join(', ')}`;
}
