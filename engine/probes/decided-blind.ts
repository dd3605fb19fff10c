import Type from 'typebox';
import { proportionInterval } from '../../lib/stats/interval.ts';
import { defineProbe } from '../contract/parts.ts';
import { type Recomputed, recomputeRecent, sameFeature } from '../recompute.ts';
import { truthRows } from '../world.ts';

const ONE_SIDED = 1.645;
const MOST = 150;
const LEAST = 20;

/**
 * The oracle of a fallback: what was decided, and on what? Features as the models got them are held against their
 * definition, so that neither the mark `degraded` nor the source in an answer has to be believed. A request that was
 * handed to a person (review) or refused was not decided, and counts among the whole.
 */
export default defineProbe<{ seconds: number; declared: 'count' | 'allow'; features?: string[] }>({
  describe: 'Share of recent requests decided on features that are not what their definition says.',
  unit: 'ratio',
  oracle: true,
  range: { min: 0, max: 1 },
  arguments: {
    seconds: Type.Number({ minimum: 1, maximum: 60, default: 5, description: 'wall seconds to look back' }),
    declared: Type.Union([Type.Literal('count'), Type.Literal('allow')], {
      default: 'count',
      description: 'whether a decision that says it is degraded counts too: allow, for models that may guess',
    }),
    features: Type.Optional(Type.Array(Type.String(), { minItems: 1, description: 'only these' })),
  },
  async read(context, { seconds, declared, features }) {
    const [recent, rows] = await Promise.all([
      recomputeRecent(context, { seconds, most: MOST }),
      truthRows(context, seconds),
    ]);
    const compared = recent.filter(({ features }) => features !== null);
    const refused = rows.filter(({ decision }) => decision === null).length;
    const whole = compared.length + refused;
    if (whole < LEAST) return { value: undefined, detail: `${whole} requests to look at` };
    const blind = compared.filter((one) => isBlind(one, features) && !(declared === 'allow' && one.degraded));
    const handed = compared.filter(({ degraded, decision }) => degraded && decision === 'review').length;
    const guessed = compared.filter(({ degraded }) => degraded).length - handed;
    const interval = proportionInterval(blind.length, whole, ONE_SIDED)!;
    const others = `${guessed} say that they are degraded, ${handed} went to review for it, ${refused} got no answer`;
    return {
      value: interval.value,
      interval,
      detail: `${blind.length} of ${whole} were decided on other features than their definition's (${others})`,
    };
  },
});

/** Review is what a bank says when it does not decide; the model's own review harms nobody either. */
function isBlind({ decision, features }: Recomputed, only: readonly string[] | undefined): boolean {
  if (decision === 'review') return false;
  const { names, served, expected } = features!;
  return expected.some((value, i) => (only?.includes(names[i]!) ?? true) && !sameFeature(served[i], value));
}
