import { watermarkKey } from '../../lib/features/keys.ts';
import { HOUR_MS } from '../../lib/kit/clock.ts';
import { defineInvariant } from '../contract/parts.ts';
import { missingFromRows, recentTransactions, viewNamed } from '../features.ts';

const VIEW = 'fraud@1';
/** Events recorded so shortly before the watermark may still be on their way; business ms. */
const TOLERANCE_MS = HOUR_MS;
const LOOK_BACK_SECONDS = 30;

export default defineInvariant<null>({
  describe: 'The watermarks of the online store are honest: what they claim to be applied is in the rows.',
  async capture() {
    return null;
  },
  async violations(context) {
    const view = await viewNamed(context, VIEW);
    const claims = await context.online.hgetall(watermarkKey(view));
    const recent = await recentTransactions(context, LOOK_BACK_SECONDS);
    const covered = recent.filter(({ partition, recordedAt }) => {
      const claim = claims[partition];
      return claim !== undefined && recordedAt < Date.parse(claim) - TOLERANCE_MS;
    });
    const missing = await missingFromRows(context, view, covered);
    if (missing.length === 0) return [];
    return [`the watermark covers ${missing.length} transactions that no row holds`];
  },
});
