import type { Channel } from '../../../lib/contract/transaction.ts';
import type { Random } from '../../../lib/kit/random.ts';
import type { FraudPattern, Scene } from './pattern.ts';
import { cardTesting } from './patterns/card-testing.ts';
import { counterfeit } from './patterns/counterfeit.ts';
import { quiet } from './patterns/quiet.ts';
import { takeover } from './patterns/takeover.ts';
import type { Population } from './population.ts';
import type { Purchase } from './purchase.ts';
import { token } from './tokens.ts';
import { cumulative } from './weights.ts';

export const PATTERNS: readonly FraudPattern[] = [cardTesting, counterfeit, takeover, quiet];
const CHOICES = cumulative(PATTERNS, ({ share }) => share);

/** Fraudulent purchases per stolen card. */
export const PER_EPISODE =
  PATTERNS.reduce((sum, { share, meanPurchases }) => sum + share * meanPurchases, 0) /
  PATTERNS.reduce((sum, { share }) => sum + share, 0);

export interface EpisodeOptions {
  startMs: number;
  /** Share of a channel in today's traffic against its usual share. */
  channelWeight(channel: Channel): number;
  pattern?: FraudPattern | undefined;
}

/** Everything bought with one stolen card from `startMs` on; nothing when the thief's channels carry no traffic. */
export function fraudEpisode(
  random: Random,
  population: Population,
  { startMs, channelWeight, pattern = PATTERNS[random.weighted(CHOICES)]! }: EpisodeOptions,
): Purchase[] {
  const channels = Object.keys(pattern.channels) as Channel[];
  const weights = cumulative(channels, (channel) => pattern.channels[channel] * channelWeight(channel));
  if ((weights.at(-1) ?? 0) === 0) return [];
  const card = random.pick(pattern.victims ?? population.cards);
  const scene: Scene = {
    random,
    population,
    card,
    channel: channels[random.weighted(weights)]!,
    startMs,
    newDevice: () => `d-${token(`${card.id}/${startMs}/${random.next()}`)}`,
  };
  return pattern.plan(scene).map((purchase) => ({ ...purchase, card, isFraud: true }));
}
