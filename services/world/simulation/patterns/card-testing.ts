import { ownDevice } from '../cards.ts';
import { COUNTRY_CODES } from '../countries.ts';
import { usualAmount } from '../legitimate.ts';
import type { FraudPattern } from '../pattern.ts';

const MINUTE_MS = 60_000;

/** A card number from a leak: a coffee's worth to see whether it works, then goods that sell on, in a hurry. */
export const cardTesting: FraudPattern = {
  name: 'card testing',
  share: 0.35,
  channels: { terminal: 0, webshop: 0.65, partner: 0.35 },
  meanPurchases: 7,
  plan({ random, population: { merchants }, card, channel, startMs, newDevice }) {
    // Some tools copy the fingerprint of the device the number was stolen from.
    const device = random.next() < 0.15 ? ownDevice(card, 0, startMs) : newDevice();
    const tests = 1 + random.integer(3);
    const loot = 3 + random.integer(5);
    let timeMs = startMs;
    return Array.from({ length: tests + loot }, (_, i) => {
      const testing = i < tests;
      if (i > 0)
        timeMs += Math.ceil(MINUTE_MS * (testing ? 1 + random.exponential(3) : 3 + random.exponential(15)));
      const country = random.next() < 0.5 ? random.pick(COUNTRY_CODES) : card.home;
      const merchant = merchants.market(channel, testing ? undefined : country).attractive(random);
      const amountEur = testing
        ? random.uniform(0.5, 4)
        : usualAmount(random, card, merchant) * random.uniform(1.2, 3);
      return { timeMs, merchant, channel, device, amountEur };
    });
  },
};
