import { COUNTRY_CODES } from '../countries.ts';
import { usualAmount } from '../legitimate.ts';
import type { FraudPattern } from '../pattern.ts';

const MINUTE_MS = 60_000;

/** A copied or stolen card in shops, often abroad, from till to till until it stops working. */
export const counterfeit: FraudPattern = {
  name: 'counterfeit',
  share: 0.3,
  channels: { terminal: 1, webshop: 0, partner: 0 },
  meanPurchases: 4,
  plan({ random, population: { merchants }, card, channel, startMs }) {
    const country = random.next() < 0.35 ? random.pick(COUNTRY_CODES) : card.home;
    let timeMs = startMs;
    return Array.from({ length: 2 + random.integer(5) }, (_, i) => {
      if (i > 0) timeMs += Math.ceil(MINUTE_MS * (6 + random.exponential(25)));
      const merchant = merchants.market(channel, country).attractive(random);
      const amountEur = usualAmount(random, card, merchant) * random.uniform(1.2, 3);
      return { timeMs, merchant, channel, device: random.pick(merchant.terminals), amountEur };
    });
  },
};
