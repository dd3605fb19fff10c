import { aucInterval, type Interval, proportionInterval } from '../../../lib/stats/interval.ts';
import type { Outcome } from '../ledger/records.ts';

/** How well a model version did on outcomes whose labels are known. */
export interface Quality {
  /** `not_enough_data`: the counts are there, the figures are null, and nothing may be concluded. */
  status: 'ok' | 'not_enough_data';
  reason: string | null;
  auc: Interval | null;
  /** Frauds among the transactions sent to review or declined. */
  precision: Interval | null;
  /** Frauds that were sent to review or declined. */
  recall: Interval | null;
  matured_labels: number;
  frauds: number;
  /** Business times of the oldest and the newest label in the window. */
  window: { from: string; to: string } | null;
}

/**
 * @param outcomes a performance window, newest label first
 * @param minimum outcomes of either class below which nothing is said
 * @param z standard errors an interval reaches
 */
export function quality(outcomes: readonly Outcome[], minimum: number, z: number): Quality {
  const frauds = outcomes.filter(({ isFraud }) => isFraud).length;
  const genuine = outcomes.length - frauds;
  const counts = {
    matured_labels: outcomes.length,
    frauds,
    window:
      outcomes.length === 0
        ? null
        : { from: isoOf(outcomes.at(-1)!.maturedMs), to: isoOf(outcomes[0]!.maturedMs) },
  };
  if (frauds < minimum || genuine < minimum) {
    const reason = `${frauds} frauds and ${genuine} genuine transactions have labels; it takes ${minimum} of each`;
    return { status: 'not_enough_data', reason, auc: null, precision: null, recall: null, ...counts };
  }
  const flagged = outcomes.filter(({ decision }) => decision !== 'approve');
  const caught = flagged.filter(({ isFraud }) => isFraud).length;
  return {
    status: 'ok',
    reason: null,
    auc: aucInterval(
      outcomes.map(({ score }) => score),
      outcomes.map(({ isFraud }) => Number(isFraud)),
      z,
    ),
    precision: proportionInterval(caught, flagged.length, z),
    recall: proportionInterval(caught, frauds, z),
    ...counts,
  };
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
