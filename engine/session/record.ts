import type { Grade, GradeLine, Verdict } from '../../lib/contract/grade.ts';
import type { Disruption } from '../contract/scenario.ts';
import type { Drawn } from './draw.ts';

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
  kind: 'engine' | 'page' | 'candidate' | 'action' | 'look';
  text: string;
}

/** One thing somebody points at, as the engine saw it when it looked again. */
export interface Evidence {
  /** File name in engine/evidence. */
  source: string;
  query: string;
  /** Null when there was nothing to see. */
  value: string | null;
  problem: string | null;
}

export interface Submission {
  at: number;
  component: string;
  cause: string;
  evidence: Evidence[];
  /** Causes offered that it was not. */
  ruledOut: string[];
}

/** Something that was done to the platform and has to be undone. */
export interface Armed {
  disruption: Disruption;
  /** What its `clear` needs; null while it is not known whether it took effect. */
  undo: { done: unknown } | null;
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
  /** With which the variant was drawn; null when it was not drawn. */
  seed: number | null;
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
  /** The state before everything is kept as a snapshot. */
  saved: boolean;
  /** Oldest first. */
  armed: Armed[];
  timeline: TimelineEntry[];
  /** The timeline holds what was done and looked at, too. */
  told: boolean;
  updates: StatusUpdate[];
  hintsTaken: number;
  submission: Submission | null;
  verdicts: Verdict[];
  checking: boolean;
  /** What became of the same fault afterwards, where the scenario asks. */
  prevention: GradeLine | null;
  grade: Grade | null;
}

export const newRecord = (scenario: string, { variant, seed }: Drawn, now: number): SessionRecord => ({
  id: new Date(now).toISOString().replace(/\D/g, '').slice(0, 14),
  scenario,
  variant,
  seed,
  phase: 'checking',
  problem: null,
  startedAt: now,
  injectedAt: null,
  visibleAt: null,
  deadlineAt: null,
  acknowledgedAt: null,
  endedAt: null,
  baseline: {},
  saved: false,
  armed: [],
  timeline: [],
  told: false,
  updates: [],
  hintsTaken: 0,
  submission: null,
  verdicts: [],
  checking: false,
  prevention: null,
  grade: null,
});

/** The symptom is there and somebody could be working on it. */
export const isOpen = (record: SessionRecord | undefined): boolean => record?.phase === 'open';

/** Something of the incident is still in the platform. */
export const isArmed = (record: SessionRecord | undefined): boolean =>
  record !== undefined && record.phase !== 'stopped' && record.phase !== 'refused';
