import { proportionInterval } from '../../lib/stats/interval.ts';
import { defineProbe } from '../contract/parts.ts';
import { type HeldRow, lostRows, someOf } from '../online-rows.ts';

const ONE_SIDED = 1.645;

/** Needs the invariant `online-rows`, which samples the rows before anything happens. */
export default defineProbe<Record<string, never>>({
  describe: "Share of the cards' rows that the online store held before the incident and holds no more.",
  unit: 'ratio',
  oracle: true,
  range: { min: 0, max: 1 },
  arguments: {},
  async read(context) {
    const sample = someOf((context.baseline['online-rows'] ?? []) as HeldRow[]);
    if (sample.length === 0) return { value: undefined, detail: 'no rows are known from before' };
    const lost = await lostRows(context, sample);
    const interval = proportionInterval(lost.length, sample.length, ONE_SIDED)!;
    return {
      value: interval.value,
      interval,
      detail: `${lost.length} of ${sample.length} rows looked at are gone or have lost what they held`,
    };
  },
});
