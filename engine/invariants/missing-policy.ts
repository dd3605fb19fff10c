import type { Policy } from '../../lib/contract/registry.ts';
import { defineInvariant } from '../contract/parts.ts';
import { getJson } from '../prometheus.ts';

const READERS = ['inference-eu', 'inference-us'] as const;
type Policies = Partial<Record<(typeof READERS)[number], Policy>>;

/** The one answer to missing features that is a guess. */
const GUESS: Policy['on_missing_features'] = 'default';

export default defineInvariant<Policies>({
  describe: 'A model that must not decide without fresh features still does not have to.',
  async capture({ url }) {
    const policies: Policies = {};
    for (const name of READERS) {
      const { policy } = await getJson<{ policy: Policy | null }>(`${url(name)}/v1/info`);
      if (policy) policies[name] = policy;
    }
    return policies;
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return READERS.flatMap((name) => {
      const [before, after] = [baseline[name], now[name]];
      if (!before || !after) return [];
      const guesses = before.on_missing_features !== GUESS && after.on_missing_features === GUESS;
      const [was, is] = [before.max_feature_age_seconds, after.max_feature_age_seconds];
      const older = was !== null && (is === null || is > was);
      return [
        ...(guesses ? [`${name} decides on defaults, and was to ${before.on_missing_features}`] : []),
        ...(older
          ? [`${name} takes features ${is === null ? 'of any age' : `of ${is} s`}, and was to take ${was} s`]
          : []),
      ];
    });
  },
});
