import { defineInvariant } from '../contract/parts.ts';

/** Those whose waiting a customer waits through. */
const IN_THE_PATH = ['gateway', 'inference-eu', 'inference-us'] as const;
const TIMEOUT = /timeout_ms$/;

/** By workload and setting: wall ms; 0 is no limit. */
type Timeouts = Record<string, number>;

export default defineInvariant<Timeouts>({
  describe: 'Nobody in the path of a customer waits longer for somebody else than before.',
  async capture({ target }) {
    const all = await Promise.all(
      IN_THE_PATH.map(async (workload) =>
        Object.entries(await target.settings(workload)).flatMap(([name, value]) =>
          TIMEOUT.test(name) ? [[`${workload} ${name}`, value as number] as const] : [],
        ),
      ),
    );
    return Object.fromEntries(all.flat());
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return Object.entries(baseline).flatMap(([name, before]) =>
      now[name] !== undefined && limitOf(now[name]) > limitOf(before)
        ? [`${name} was ${before} ms and is ${now[name] === 0 ? 'without limit' : `${now[name]} ms`}`]
        : [],
    );
  },
});

const limitOf = (ms: number): number => (ms === 0 ? Number.POSITIVE_INFINITY : ms);
