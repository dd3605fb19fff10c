import { expect, test } from 'vitest';
import { createRandom } from '../../../lib/kit/random.ts';
import { openRedis, startRedis, startTestbed } from '../testbed.ts';
import slicer from './slicer.ts';

function slice(
  length: number,
  attributes: { average_size: number; size_variation: number; delay: number },
): Buffer[] {
  const slices: Buffer[] = [];
  const stage = slicer.create({
    attributes,
    random: createRandom(7),
    state: {},
    push: (chunk) => slices.push(chunk),
    end() {},
    close() {},
    reset() {},
  });
  stage.data(Buffer.alloc(length, 'abcdefg'));
  return slices;
}

test('slices have the size asked for and lose nothing', () => {
  const slices = slice(1000, { average_size: 100, size_variation: 0, delay: 0 });
  expect(slices.map(({ length }) => length)).toEqual(Array(10).fill(100));
  expect(Buffer.concat(slices).equals(Buffer.alloc(1000, 'abcdefg'))).toBe(true);
});

test('variation stays within its bounds, differs, and a variation above the average still ends', () => {
  const sizes = slice(100_000, { average_size: 100, size_variation: 40, delay: 0 }).map(
    ({ length }) => length,
  );
  expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(60);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(140);
  expect(new Set(sizes).size).toBeGreaterThan(20);
  expect(slice(1000, { average_size: 1, size_variation: 50, delay: 0 }).length).toBeGreaterThan(1);
});

test('slices with delays between them arrive as one value', async () => {
  const redis = await startRedis();
  const bed = await startTestbed(redis.port);
  const store = openRedis(bed.port);
  await store.set('text', 'x'.repeat(1000));
  await bed.client.addToxic('wire', { type: 'slicer', attributes: { average_size: 100, delay: 10_000 } });
  const asked = performance.now();
  expect(await store.get('text')).toBe('x'.repeat(1000));
  // More than 1,000 bytes with the header: eleven slices, ten pauses of 10 ms.
  expect(performance.now() - asked).toBeGreaterThanOrEqual(100);
  store.disconnect();
  await bed.stop();
  await redis.stop();
});
