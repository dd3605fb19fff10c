import { defineInvariant } from '../contract/parts.ts';
import { type HeldRow, lostRows, sampleRows } from '../online-rows.ts';

export default defineInvariant<HeldRow[]>({
  describe: 'Cards of which the online store held rows still have them, with the events they held.',
  capture: (context) => sampleRows(context),
  async violations(context, baseline) {
    const lost = await lostRows(context, baseline);
    if (lost.length === 0) return [];
    const one = lost[0]!.key;
    return [
      `${lost.length} of ${baseline.length} rows are gone or have lost what they held, ${one} among them`,
    ];
  },
});
