import type { Baseline } from '../../../lib/contract/registry.ts';
import { DAY_MS, HOUR_MS } from '../../../lib/kit/clock.ts';
import { binIndex } from '../../../lib/stats/histogram.ts';
import type { TrainResult } from '../trainer/train.ts';
import type { Split } from './split.ts';
import type { Table } from './table.ts';

const HOURS = 24;

/**
 * The trainer's baselines, and the same rows by hour of the business day and by segment: a night is compared with
 * nights and a channel with itself. Features are counted over the training rows, the score over the validation rows,
 * which the model has not learnt from.
 */
export function detailedBaselines(
  table: Pick<Table, 'times' | 'groups'>,
  split: Pick<Split, 'train' | 'validation'>,
  trained: Pick<TrainResult, 'baselines' | 'scores'>,
): Record<string, Baseline> {
  const { train, validation } = split;
  const detail = (baseline: Baseline, values: ArrayLike<number>, start: number): Baseline => {
    const empty = () => baseline.counts.map(() => 0);
    const hours = Array.from({ length: HOURS }, empty);
    const segments: Record<string, number[]> = {};
    for (const { name, values: known } of table.groups) {
      for (const value of known) segments[`${name}:${value}`] = empty();
    }
    for (let i = 0; i < values.length; i++) {
      if (Number.isNaN(values[i]!)) continue;
      const bin = binIndex(baseline.edges, values[i]!);
      const row = start + i;
      hours[Math.floor((table.times[row]! % DAY_MS) / HOUR_MS)]![bin]! += 1;
      for (const { name, values: known, codes } of table.groups) {
        const value = known[codes[row]!];
        if (value !== undefined) segments[`${name}:${value}`]![bin]! += 1;
      }
    }
    return { ...baseline, hours, segments };
  };
  return Object.fromEntries(
    Object.entries(trained.baselines).map(([name, baseline]) => {
      const f = train.featureNames.indexOf(name);
      return [
        name,
        f < 0
          ? detail(baseline, trained.scores, validation.start)
          : detail(baseline, train.columns[f]!, train.start),
      ];
    }),
  );
}
