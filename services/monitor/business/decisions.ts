import { type Interval, proportionInterval } from '../../../lib/stats/interval.ts';
import type { Profile } from '../profiles/profile.ts';
import { ROW } from '../windows/layout.ts';
import type { Scope, WindowCounts } from '../windows/window.ts';

/** What a model version decided in a window. Known at once, without labels. */
export interface Decisions {
  approval_rate: Interval;
  review_rate: number;
  decline_rate: number;
  /** Share of approvals on the held-out rows of training; null when the manifest does not tell. */
  expected_approval_rate: number | null;
}

/** @returns null without decisions */
export function decisionsOf(
  { approvals }: Profile,
  { region, channel }: Scope,
  { counts }: WindowCounts,
  z: number,
): Decisions | null {
  if (!counts) return null;
  const [approve, review, decline] = [counts[ROW.approve]!, counts[ROW.review]!, counts[ROW.decline]!];
  const decided = approve + review + decline;
  const approval = proportionInterval(approve, decided, z);
  if (!approval) return null;
  return {
    approval_rate: approval,
    review_rate: review / decided,
    decline_rate: decline / decided,
    expected_approval_rate: approvals[segmentOf({ region, channel })] ?? null,
  };
}

/** Names of segments as in a manifest; one cut by both has no figures there. */
function segmentOf({ region, channel }: Scope): string {
  if (region === null && channel === null) return 'overall';
  return [region && `region:${region}`, channel && `channel:${channel}`].filter(Boolean).join(' ');
}
