import type { Channel } from '../../../lib/contract/transaction.ts';

export interface Category {
  name: string;
  /** ISO 18245 merchant category code. */
  code: string;
  /** Typical amount in euros (median) and how much it varies (standard deviation of its logarithm). */
  median: number;
  spread: number;
  /** Share of all merchants. */
  share: number;
  /** Probability that a merchant of the category sells through the channel. */
  channels: Record<Channel, number>;
  /** How much thieves like it: 1 is average. Goods that sell on are worth stealing. */
  attraction: number;
}

const category = (
  name: string,
  code: string,
  [median, spread]: [number, number],
  share: number,
  [terminal, webshop, partner]: [number, number, number],
  attraction: number,
): Category => ({ name, code, median, spread, share, channels: { terminal, webshop, partner }, attraction });

export const CATEGORIES: readonly Category[] = [
  category('groceries', '5411', [26, 0.7], 0.2, [1, 0.1, 0.1], 0.2),
  category('restaurant', '5812', [24, 0.55], 0.13, [1, 0, 0.35], 0.15),
  category('fuel', '5541', [46, 0.4], 0.06, [1, 0, 0], 0.8),
  category('transport', '4111', [5, 0.7], 0.07, [0.9, 0.1, 0.4], 0.15),
  category('pharmacy', '5912', [17, 0.6], 0.05, [0.9, 0.3, 0], 0.2),
  category('clothing', '5651', [52, 0.65], 0.12, [0.7, 0.7, 0.3], 0.8),
  category('home', '5712', [75, 0.9], 0.06, [0.7, 0.6, 0.2], 0.6),
  category('electronics', '5732', [120, 0.95], 0.09, [0.6, 0.8, 0.4], 3),
  category('digital', '5816', [8, 0.8], 0.08, [0, 0.8, 0.5], 1.2),
  category('gift cards', '5947', [40, 0.7], 0.05, [0.4, 0.7, 0.6], 4),
  category('travel', '4722', [190, 0.85], 0.05, [0.1, 0.8, 0.6], 1.8),
  category('jewellery', '5944', [150, 0.9], 0.04, [0.7, 0.6, 0.1], 3),
];
