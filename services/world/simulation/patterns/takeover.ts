import { HOUR_MS } from '../../../../lib/kit/clock.ts';
import { ownDevice } from '../cards.ts';
import { usualAmount } from '../legitimate.ts';
import type { FraudPattern } from '../pattern.ts';

/** Somebody else signs in as the customer and orders with patience: a new device, shops of the same country. */
export const takeover: FraudPattern = {
  name: 'takeover',
  share: 0.25,
  channels: { terminal: 0, webshop: 0.7, partner: 0.3 },
  meanPurchases: 2.5,
  plan({ random, population: { merchants }, card, channel, startMs, newDevice }) {
    // Some sit in the customer's own browser by way of malware.
    const device = random.next() < 0.15 ? ownDevice(card, 0, startMs) : newDevice();
    let timeMs = startMs;
    return Array.from({ length: 1 + random.integer(4) }, (_, i) => {
      if (i > 0) timeMs += Math.ceil(HOUR_MS * (0.3 + random.exponential(3)));
      const merchant = merchants
        .market(channel, random.next() < 0.75 ? card.home : undefined)
        .attractive(random);
      const amountEur = usualAmount(random, card, merchant) * random.uniform(1, 2.2);
      return { timeMs, merchant, channel, device, amountEur };
    });
  },
};
