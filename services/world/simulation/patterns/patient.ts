import { DAY_MS, HOUR_MS } from '../../../../lib/kit/clock.ts';
import { ownDevice } from '../cards.ts';
import { usualAmount } from '../legitimate.ts';
import type { FraudPattern } from '../pattern.ts';

/**
 * Thieves who have learned: the customer's own device, everyday shops at home, by day, never two purchases in an hour.
 * Nobody steals so until a shift brings it.
 */
export const patient: FraudPattern = {
  name: 'patient',
  share: 1,
  channels: { terminal: 0.2, webshop: 0.5, partner: 0.3 },
  meanPurchases: 3.5,
  plan({ random, population: { merchants }, card, channel, startMs }) {
    let timeMs = startMs;
    return Array.from({ length: 2 + random.integer(4) }, () => {
      timeMs += Math.ceil(HOUR_MS * (1 + random.exponential(5)));
      // Nights are for sleeping: what falls into one waits for the morning.
      const hour = (timeMs % DAY_MS) / HOUR_MS;
      if (hour < 8) timeMs += Math.ceil((8 - hour) * HOUR_MS);
      const merchant = merchants.market(channel, card.home).popular(random);
      const device = channel === 'terminal' ? random.pick(merchant.terminals) : ownDevice(card, 0, timeMs);
      return { timeMs, merchant, channel, device, amountEur: usualAmount(random, card, merchant) * 1.3 };
    });
  },
};
