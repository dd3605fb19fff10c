import { defineInvariant } from '../contract/parts.ts';

const SERVING = ['inference-eu', 'inference-us'] as const;
/** What a check may do about what it finds, from nothing to most. */
const MODES = ['off', 'observe', 'enforce'];

/** How much a guard lets pass, by its setting: a larger number is a weaker guard. */
const PASSES: Record<string, (value: unknown) => number> = {
  'model.golden_requests': (on) => (on === true ? 0 : 1),
  // 0 is no limit.
  'model.max_row_ms': (ms) => Number(ms) || Number.POSITIVE_INFINITY,
  'quality.breaker': (mode) => -MODES.indexOf(String(mode)),
  'quality.invalid_ratio': Number,
  'quality.max_psi': Number,
  // Of more scores it knows more, later: until then everything passes.
  'quality.window': Number,
};

/** By workload and setting. */
type Guards = Record<string, { setting: string; value: unknown }>;

export default defineInvariant<Guards>({
  describe: 'What stands between a bad model and a customer is as strict as it was.',
  async capture({ target }) {
    const all = await Promise.all(
      SERVING.map(async (workload) => {
        const settings = await target.settings(workload);
        return Object.keys(PASSES).map(
          (setting) => [`${workload} ${setting}`, { setting, value: settings[setting] }] as const,
        );
      }),
    );
    return Object.fromEntries(all.flat());
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return Object.entries(baseline).flatMap(([name, { setting, value: before }]) => {
      const after = now[name]?.value;
      const passes = PASSES[setting]!;
      return after !== undefined && passes(after) > passes(before)
        ? [`${name} was ${String(before)} and is ${String(after)}`]
        : [];
    });
  },
});
