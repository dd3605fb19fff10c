import Type from 'typebox';
import { createRandom } from '../../../lib/kit/random.ts';
import { defineShift } from '../shifts.ts';
import { createCards } from '../simulation/cards.ts';
import { COUNTRY_CODES, type CountryCode } from '../simulation/countries.ts';
import { patient } from '../simulation/patterns/patient.ts';
import { rampHours, rampOf } from '../simulation/ramp.ts';
import { cumulative } from '../simulation/weights.ts';

export default defineShift<{
  share: number;
  cards: number;
  level: number;
  nightly: number;
  country: CountryCode | 'any';
  stolen: number;
  ramp_hours: number;
}>({
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
    country: Type.String({
      default: 'any',
      enum: ['any', ...COUNTRY_CODES],
      description: 'where they live',
    }),
    stolen: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 1,
      description: 'share of stolen cards that are theirs, used with patience and on their own devices',
    }),
    ramp_hours: rampHours,
  }),
  effect({ share, cards: count, level, nightly, country, stolen, ramp_hours }, { population, sinceMs }) {
    const ramp = rampOf(sinceMs, ramp_hours);
    const cards = createCards(createRandom(`${population.seed}/new-demographic`), population.merchants, {
      count,
      prefix: 'card-n',
      ...(country !== 'any' && { home: country }),
      adjust: (card) => ({ ...card, level: card.level * level, nightly: card.nightly * nightly }),
    });
    const byDay = cumulative(cards, ({ activity }) => activity);
    const byNight = cumulative(cards, (card) => card.activity * card.nightly);
    const pattern = { ...patient, victims: cards };
    return {
      ...(stolen > 0 && {
        pattern: (random, timeMs) => (random.next() < stolen * ramp(timeMs) ? pattern : undefined),
      }),
      payer(random, night, timeMs) {
        const now = share * ramp(timeMs);
        const theirs = night ? (now * nightly) / (now * nightly + 1 - now) : now;
        if (random.next() >= theirs) return undefined;
        return cards[random.weighted(night ? byNight : byDay)];
      },
    };
  },
});
