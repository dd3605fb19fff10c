import type { Grade, Verdict } from '../../lib/contract/grade.ts';

export type Phase =
  | 'checking' // steady state
  | 'injecting'
  | 'waiting' // for the page
  | 'open' // somebody is on call
  | 'over' // graded, not yet restored
  | 'refused' // never began; the platform is as it was
  | 'stopped'; // restored

export interface TimelineEntry {
  /** Wall time, epoch ms. */
  at: number;
  /** Business time, RFC 3339. */
  business: string;
  kind: 'engine' | 'page' | 'candidate' | 'action';
  text: string;
}

export interface Submission {
  at: number;
  component: string;
  cause: string;
  evidence: { query: string; value: number | null; problem: string | null }[];
}

export interface StatusUpdate {
  at: number;
  text: string;
  impact: string | null;
  action: string | null;
  next: string | null;
  eta: string | null;
}

/** Everything known about one run of an incident. Written to disk at every step: the engine may die at any of them. */
export interface SessionRecord {
  id: string;
  scenario: string;
  variant: string;
  phase: Phase;
  /** Why it was refused, or what holds it up. */
  problem: string | null;
  startedAt: number;
  injectedAt: number | null;
  visibleAt: number | null;
  deadlineAt: number | null;
  acknowledgedAt: number | null;
  endedAt: number | null;
  baseline: Record<string, unknown>;
  /** Per disruption: what `clear` needs, or null while it has not been injected. */
  undo: ({ done: unknown } | null)[];
  timeline: TimelineEntry[];
  updates: StatusUpdate[];
  hintsTaken: number;
  submission: Submission | null;
  verdicts: Verdict[];
  checking: boolean;
  grade: Grade | null;
}

export const newRecord = (
  scenario: string,
  variant: string,
  disruptions: number,
  now: number,
): SessionRecord => ({
  id: new Date(now).toISOString().replace(/\D/g, '').slice(0, 14),
  scenario,
  variant,
  phase: 'checking',
  problem: null,
  startedAt: now,
  injectedAt: null,
  visibleAt: null,
  deadlineAt: null,
  acknowledgedAt: null,
  endedAt: null,
  baseline: {},
  undo: Array.from({ length: disruptions }, () => null),
  timeline: [],
  updates: [],
  hintsTaken: 0,
  submission: null,
  verdicts: [],
  checking: false,
  grade: null,
});

/** The symptom is there and somebody could be working on it. */
export const isOpen = (record: SessionRecord | undefined): boolean => record?.phase === 'open';

/** Something of the incident is still in the platform. */
export const isArmed = (record: SessionRecord | undefined): boolean =>
  record !== undefined && record.phase !== 'stopped' && record.phase !== 'refused';
