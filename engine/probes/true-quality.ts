import Type from 'typebox';
import { aucInterval, proportionInterval } from '../../lib/stats/interval.ts';
import { defineProbe } from '../contract/parts.ts';
import { truthRows } from '../world.ts';

type Measure = 'auc' | 'recall' | 'decline_ratio' | 'false_decline_ratio' | 'review_ratio';

/** Of fewer frauds nothing is said. */
const LEAST_FRAUDS = 15;
const ONE_SIDED = 1.645;

/** The oracle of quality: the world knows at once which transaction is fraud; the bank learns it days later. */
export default defineProbe<{
  measure: Measure;
  seconds: number;
  channel?: string;
  country?: string;
}>({
  describe: "How good the bank's answers of the last wall seconds were, by the world's own truth.",
  unit: 'ratio',
  oracle: true,
  range: { min: 0, max: 1 },
  arguments: {
    measure: Type.Unsafe<Measure>({
      type: 'string',
      enum: ['auc', 'recall', 'decline_ratio', 'false_decline_ratio', 'review_ratio'],
    }),
    seconds: Type.Number({ minimum: 5, maximum: 120, default: 30 }),
    channel: Type.Optional(Type.String()),
    country: Type.Optional(Type.String({ description: 'of the shop, ISO 3166-1 alpha-2' })),
  },
  async read(context, { measure, seconds, channel, country }) {
    const rows = (await truthRows(context, seconds)).filter(
      (row) =>
        // What was set aside has no score; it is work for the fraud desk all the same.
        (row.score !== null || (measure === 'review_ratio' && row.decision !== null)) &&
        (channel === undefined || row.channel === channel) &&
        (country === undefined || row.country === country),
    );
    const frauds = rows.filter((row) => row.is_fraud);
    const about = `${rows.length} answers, ${frauds.length} frauds`;
    if (measure === 'auc' || measure === 'recall') {
      if (frauds.length < LEAST_FRAUDS) return { value: undefined, detail: `not enough: ${about}` };
    } else if (rows.length === 0) return { value: undefined, detail: 'no answers' };
    const interval = measured(measure, rows);
    if (!interval) return { value: undefined, detail: `not enough: ${about}` };
    return { value: interval.value, interval, detail: `${measure} ${interval.value.toFixed(3)} of ${about}` };
  },
});

type Row = Awaited<ReturnType<typeof truthRows>>[number];

function measured(measure: Measure, rows: readonly Row[]) {
  const frauds = rows.filter(({ is_fraud }) => is_fraud);
  const honest = rows.filter(({ is_fraud }) => !is_fraud);
  const decided = (some: readonly Row[], what: Row['decision']) =>
    some.filter(({ decision }) => decision === what).length;
  switch (measure) {
    case 'auc':
      return aucInterval(
        rows.map(({ score }) => score!),
        rows.map(({ is_fraud }) => (is_fraud ? 1 : 0)),
        ONE_SIDED,
      );
    case 'recall':
      return proportionInterval(
        frauds.filter(({ decision }) => decision !== 'approve').length,
        frauds.length,
        ONE_SIDED,
      );
    case 'decline_ratio':
      return proportionInterval(decided(rows, 'decline'), rows.length, ONE_SIDED);
    case 'false_decline_ratio':
      return proportionInterval(decided(honest, 'decline'), honest.length, ONE_SIDED);
    case 'review_ratio':
      return proportionInterval(decided(rows, 'review'), rows.length, ONE_SIDED);
  }
}
