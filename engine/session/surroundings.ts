import type { DrillContext } from '../contract/parts.ts';
import type { Scenario } from '../contract/scenario.ts';
import type { Parts } from '../parts.ts';
import type { Journal } from './journal.ts';
import type { Timing } from './timing.ts';

/** Keeps and brings back the platform's data. */
export interface Snapshots {
  save(name: string): Promise<void>;
  restore(name: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** What one incident runs in. */
export interface Surroundings {
  scenario: Scenario;
  parts: Parts;
  context: DrillContext;
  journal: Journal;
  snapshots: Snapshots;
  timing?: Timing;
}

/** What somebody names as the cause. */
export interface Answer {
  component: string;
  cause: string;
  /** `<source>: <query>`; PromQL when no source is named. */
  evidence: readonly string[];
  ruledOut: readonly string[];
}
