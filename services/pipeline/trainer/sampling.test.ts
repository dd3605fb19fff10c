import { expect, test } from 'vitest';
import { createRandom } from '../../../lib/kit/random.ts';
import { chooseFeatures, chooseRows } from './sampling.ts';

test('chosen rows first, the others after, both ascending and complete', () => {
  const order = new Int32Array(1000);
  chooseRows(order, 300, createRandom(1));
  const [chosen, others] = [Array.from(order.subarray(0, 300)), Array.from(order.subarray(300))];
  const ascending = (values: number[]) => [...values].sort((a, b) => a - b);
  expect(chosen).toEqual(ascending(chosen));
  expect(others).toEqual(ascending(others));
  expect(new Set(order).size).toBe(1000);
});

test('every row is as likely as the others', () => {
  const random = createRandom('sampling');
  const hits = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 10_000; draw++) for (const f of chooseFeatures(10, 3, random)) hits[f]! += 1;
  // 3,000 expected; 4.4 standard deviations of sqrt(10,000 * 0.3 * 0.7).
  for (const count of hits) expect(Math.abs(count - 3000)).toBeLessThan(200);
});

test('all of them draw nothing from the generator', () => {
  const refuse = {
    next: () => {
      throw new Error('drawn');
    },
  };
  expect(chooseFeatures(4, 4, refuse)).toEqual([0, 1, 2, 3]);
});
