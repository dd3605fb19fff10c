import { clusterOf } from '../cluster.ts';
import { defineInvariant } from '../contract/parts.ts';

/** By autoscaler: what it scales. */
type Scaled = Record<string, string>;

export default defineInvariant<Scaled>({
  describe: 'What was scaled by an autoscaler still is. Target kubernetes.',
  async capture(context) {
    const scalers = await clusterOf(context).list('/apis/autoscaling/v2/horizontalpodautoscalers');
    return Object.fromEntries(
      scalers.map(({ metadata, spec: { scaleTargetRef } }) => [
        `${metadata.namespace}/${metadata.name}`,
        `${scaleTargetRef.kind} ${scaleTargetRef.name}`,
      ]),
    );
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return Object.entries(baseline).flatMap(([name, scales]) =>
      now[name] === scales ? [] : [`autoscaler ${name} scaled ${scales}, and does not any more`],
    );
  },
});
