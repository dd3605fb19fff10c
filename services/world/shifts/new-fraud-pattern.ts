import Type from 'typebox';
import { defineShift } from '../shifts.ts';
import { COUNTRY_CODES, type CountryCode } from '../simulation/countries.ts';
import { patient } from '../simulation/patterns/patient.ts';
import { rampHours, rampOf } from '../simulation/ramp.ts';

export default defineShift<{
  share: number;
  intensity: number;
  country: CountryCode | 'any';
  ramp_hours: number;
}>({
  description:
    'thieves learn: the own device, everyday shops at home, by day, never two purchases in an hour',
  parameters: Type.Object({
    share: Type.Number({
      default: 0.6,
      minimum: 0,
      maximum: 1,
      description: 'share of stolen cards used so',
    }),
    intensity: Type.Number({ default: 1, minimum: 0, maximum: 20, description: 'factor on stolen cards' }),
    country: Type.String({
      default: 'any',
      enum: ['any', ...COUNTRY_CODES],
      description: 'whose customers they rob: those at home there',
    }),
    ramp_hours: rampHours,
  }),
  effect({ share, intensity, country, ramp_hours }, { population, sinceMs }) {
    const ramp = rampOf(sinceMs, ramp_hours);
    const home = population.cards.filter((card) => card.home === country);
    // Countries people only travel to are nobody's home: there is nobody to rob.
    const pattern = country === 'any' || home.length === 0 ? patient : { ...patient, victims: home };
    return {
      stolen: (timeMs) => 1 + (intensity - 1) * ramp(timeMs),
      pattern: (random, timeMs) => (random.next() < share * ramp(timeMs) ? pattern : undefined),
    };
  },
});
