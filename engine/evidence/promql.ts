import { defineEvidence } from '../contract/parts.ts';
import { instantQuery } from '../prometheus.ts';

export default defineEvidence({
  describe: 'a PromQL query; what counts is its first series',
  example: 'max(firedrill_feature_freshness_seconds)',
  async look(context, query) {
    const value = await instantQuery(context, query);
    return value === undefined ? null : String(value);
  },
});
