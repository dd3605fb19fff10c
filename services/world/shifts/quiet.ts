import Type from 'typebox';
import { defineShift } from '../shifts.ts';

export default defineShift<{ volume: number }>({
  description: 'a quiet night: hardly anybody pays, and thieves rest in proportion',
  parameters: Type.Object({
    volume: Type.Number({ default: 0.1, minimum: 0, maximum: 1, description: 'factor on everything' }),
  }),
  effect: ({ volume }) => ({ volume: () => volume, stolen: () => volume }),
});
