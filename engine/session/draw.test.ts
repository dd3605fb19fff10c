import { expect, test } from 'vitest';
import type { Scenario } from '../contract/scenario.ts';
import { drawVariant, type Wish } from './draw.ts';
import { tinyScenario } from './testbed.ts';

const draw = (wish: Wish) => drawVariant(tinyScenario, wish, 'local');

test('draws the variant asked for, or the first', () => {
  expect(draw({ variant: 'rightwards' })).toEqual({ variant: 'rightwards', seed: null });
  expect(draw({})).toEqual({ variant: 'leftwards', seed: null });
  expect(() => draw({ variant: 'upwards' })).toThrow('no such variant');
  expect(() => draw({ variant: 'constructor' })).toThrow('no such variant');
});

test('draws the same variant for the same seed, and not always the same', () => {
  const drawn = Array.from({ length: 40 }, (_, seed) => draw({ seed }).variant);
  expect(new Set(drawn)).toEqual(new Set(['leftwards', 'rightwards']));
  expect(draw({ seed: 7 })).toEqual(draw({ seed: 7 }));
});

test('a blind draw has a seed that draws it again', () => {
  const { variant, seed } = draw({ blind: true });
  expect(draw({ seed: seed! })).toEqual({ variant, seed });
});

test('refuses two wishes at once', () => {
  expect(() => draw({ variant: 'leftwards', blind: true })).toThrow('not for several');
});

test('draws only what can be played on the target, and says why not', () => {
  const { leftwards, rightwards } = tinyScenario.variants as Record<string, Scenario['variants'][string]>;
  const scenario = {
    ...tinyScenario,
    targets: { local: 'supported', moon: { skipped: 'nobody has been there' } },
    variants: { leftwards: leftwards!, rightwards: { ...rightwards!, targets: { moon: 'supported' } } },
  } satisfies Scenario;
  const drawn = Array.from({ length: 40 }, (_, seed) => drawVariant(scenario, { seed }, 'moon').variant);
  expect(new Set(drawn)).toEqual(new Set(['rightwards']));
  expect(drawVariant(scenario, {}, 'moon').variant).toBe('rightwards');
  expect(drawVariant(scenario, {}, 'local').variant).toBe('leftwards');
  expect(() => drawVariant(scenario, { variant: 'leftwards' }, 'moon')).toThrow(
    'cannot be played on target moon: nobody has been there',
  );
  expect(() => drawVariant(scenario, {}, 'mars')).toThrow('on target mars: nobody has tried it there');
});
