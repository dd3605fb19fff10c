import type { Quality } from '../../../lib/contract/registry.ts';
import { measureQuality } from '../trainer/quality.ts';
import type { Part } from './split.ts';
import type { Table } from './table.ts';

/** With fewer rows a figure says more about luck than about the model. */
const LEAST_ROWS = 200;

/** Segments cut from a feature: where it is there, and where the value falls. */
const BY_FEATURE = [
  {
    feature: 'device_age_hours',
    name: (hours: number) => (hours < 24 ? 'device:new' : 'device:known'),
  },
  {
    feature: 'hour_of_day',
    name: (hour: number) => (hour < 6 ? 'time:night' : 'time:day'),
  },
] as const;

/**
 * Quality on all rows (`overall`) and per segment: `channel:webshop`, `device:new`. A segment with too few rows or
 * with one class only has no entry.
 * @param scores one per row of `part`
 * @param review threshold at which precision and recall are taken
 */
export function measureSegments(
  table: Table,
  part: Part,
  scores: Float64Array,
  review: number,
): Record<string, Quality> {
  const rowsOf = new Map<string, number[]>();
  const assign = (name: string, row: number) => {
    const rows = rowsOf.get(name);
    if (rows) rows.push(row);
    else rowsOf.set(name, [row]);
  };
  for (const { name, values, codes } of table.groups) {
    for (let i = 0; i < scores.length; i++) {
      const value = values[codes[part.start + i]!];
      if (value !== undefined) assign(`${name}:${value}`, i);
    }
  }
  for (const { feature, name } of BY_FEATURE) {
    const column = part.columns[table.featureNames.indexOf(feature)];
    for (let i = 0; column && i < scores.length; i++) assign(name(column[i]!), i);
  }

  const metrics: Record<string, Quality> = {};
  const overall = measureQuality(scores, part.labels, review);
  if (overall) metrics.overall = overall;
  for (const [segment, rows] of [...rowsOf].sort(([a], [b]) => a.localeCompare(b))) {
    if (rows.length < LEAST_ROWS) continue;
    const quality = measureQuality(
      Float64Array.from(rows, (i) => scores[i]!),
      Uint8Array.from(rows, (i) => part.labels[i]!),
      review,
    );
    if (quality) metrics[segment] = quality;
  }
  return metrics;
}
