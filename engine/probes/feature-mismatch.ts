import Type from 'typebox';
import { proportionInterval } from '../../lib/stats/interval.ts';
import { defineProbe } from '../contract/parts.ts';
import { recomputeRecent, sameFeature } from '../recompute.ts';

const ONE_SIDED = 1.645;
const MOST = 150;
const LEAST = 20;

/** The oracle of skew: features as the models got them against the same features as their definition says. */
export default defineProbe<{ seconds: number; features?: string[] }>({
  describe: 'Share of recent requests of which a feature is not what its definition says.',
  unit: 'ratio',
  oracle: true,
  range: { min: 0, max: 1 },
  arguments: {
    seconds: Type.Number({ minimum: 1, maximum: 60, default: 5, description: 'wall seconds to look back' }),
    features: Type.Optional(Type.Array(Type.String(), { minItems: 1, description: 'only these' })),
  },
  async read(context, { seconds, features }) {
    const recent = (await recomputeRecent(context, { seconds, most: MOST })).flatMap(
      ({ features }) => features ?? [],
    );
    if (recent.length < LEAST) return { value: undefined, detail: `${recent.length} requests to compare` };
    const wrong = new Map<string, number>();
    let requests = 0;
    for (const { names, served, expected } of recent) {
      const off = names.filter((name, i) => {
        if (features && !features.includes(name)) return false;
        return !sameFeature(served[i], expected[i]!);
      });
      for (const name of off) wrong.set(name, (wrong.get(name) ?? 0) + 1);
      if (off.length > 0) requests += 1;
    }
    const interval = proportionInterval(requests, recent.length, ONE_SIDED)!;
    const worst = [...wrong].sort((a, b) => b[1] - a[1]).slice(0, 3);
    const which = worst.map(([name, count]) => `${name} ${count}`).join(', ');
    return {
      value: interval.value,
      interval,
      detail: `${requests} of ${recent.length} requests differ${which && ` (${which})`}`,
    };
  },
});
