import { defineInvariant } from '../contract/parts.ts';
import { type Approved, approvedModel } from '../recompute.ts';

export default defineInvariant<Approved>({
  describe: 'The model in production is the one that was approved when the incident began.',
  async capture({ url }) {
    return approvedModel({ url, baseline: {} });
  },
  async violations({ url }, approved) {
    const now = await approvedModel({ url, baseline: {} });
    if (now.digest === approved.digest) return [];
    return [`the champion was version ${approved.version} and is version ${now.version}`];
  },
});
