import { HOUR_MS } from '../../../../lib/kit/clock.ts';
import { ownDevice } from '../cards.ts';
import { usualAmount } from '../legitimate.ts';
import type { FraudPattern } from '../pattern.ts';

/** The customer's own device, ordinary amounts, days apart: what no model sees and only the statement shows. */
export const quiet: FraudPattern = {
  name: 'quiet',
  share: 0.07,
  channels: { terminal: 0.3, webshop: 0.45, partner: 0.25 },
  meanPurchases: 2,
  plan({ random, population: { merchants }, card, channel, startMs }) {
    let timeMs = startMs;
    return Array.from({ length: 1 + random.integer(3) }, (_, i) => {
      if (i > 0) timeMs += Math.ceil(HOUR_MS * (6 + random.exponential(20)));
      const market = merchants.market(channel, card.home);
      const merchant = random.next() < 0.5 ? market.attractive(random) : market.popular(random);
      const device = channel === 'terminal' ? random.pick(merchant.terminals) : ownDevice(card, 0, timeMs);
      return { timeMs, merchant, channel, device, amountEur: usualAmount(random, card, merchant) };
    });
  },
};
