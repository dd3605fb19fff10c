import Type from 'typebox';
import { createRandom } from '../../../lib/kit/random.ts';
import { defineShift } from '../shifts.ts';
import { createCards } from '../simulation/cards.ts';
import { cumulative } from '../simulation/weights.ts';

export default defineShift<{ share: number; cards: number; level: number; nightly: number }>({
  description:
    'a campaign brings customers unlike the others: young, awake at night, small sums, always on the move',
  parameters: Type.Object({
    share: Type.Number({ default: 0.3, minimum: 0, maximum: 1, description: 'share of purchases they make' }),
    cards: Type.Integer({ default: 1_000, minimum: 1, maximum: 20_000, description: 'how many they are' }),
    level: Type.Number({
      default: 0.35,
      exclusiveMinimum: 0,
      maximum: 10,
      description: 'factor on what they spend',
    }),
    nightly: Type.Number({
      default: 4,
      minimum: 0,
      maximum: 100,
      description: 'factor on purchases at night',
    }),
  }),
  effect({ share, cards: count, level, nightly }, { population }) {
    const cards = createCards(createRandom(`${population.seed}/new-demographic`), population.merchants, {
      count,
      prefix: 'card-n',
      adjust: (card) => ({ ...card, level: card.level * level, nightly: card.nightly * nightly }),
    });
    const byDay = cumulative(cards, ({ activity }) => activity);
    const byNight = cumulative(cards, (card) => card.activity * card.nightly);
    return {
      payer(random, night) {
        const theirs = night ? (share * nightly) / (share * nightly + 1 - share) : share;
        if (random.next() >= theirs) return undefined;
        return cards[random.weighted(night ? byNight : byDay)];
      },
    };
  },
});
