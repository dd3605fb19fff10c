import { expect, test } from 'vitest';
import { drawVariant } from './draw.ts';
import { tinyScenario } from './testbed.ts';

test('draws the variant asked for, or the first', () => {
  expect(drawVariant(tinyScenario, { variant: 'rightwards' })).toEqual({ variant: 'rightwards', seed: null });
  expect(drawVariant(tinyScenario, {})).toEqual({ variant: 'leftwards', seed: null });
  expect(() => drawVariant(tinyScenario, { variant: 'upwards' })).toThrow('no such variant');
});

test('draws the same variant for the same seed, and not always the same', () => {
  const drawn = Array.from({ length: 40 }, (_, seed) => drawVariant(tinyScenario, { seed }).variant);
  expect(new Set(drawn)).toEqual(new Set(['leftwards', 'rightwards']));
  expect(drawVariant(tinyScenario, { seed: 7 })).toEqual(drawVariant(tinyScenario, { seed: 7 }));
});

test('a blind draw has a seed that draws it again', () => {
  const { variant, seed } = drawVariant(tinyScenario, { blind: true });
  expect(drawVariant(tinyScenario, { seed: seed! })).toEqual({ variant, seed });
});

test('refuses two wishes at once', () => {
  expect(() => drawVariant(tinyScenario, { variant: 'leftwards', blind: true })).toThrow('not for several');
});
