import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Batcher } from './batcher.ts';

const gather = (limit: number) => {
  const batches: number[][] = [];
  return {
    batches,
    batcher: new Batcher<number>(
      () => limit,
      (jobs) => batches.push(jobs),
    ),
  };
};

test('what arrives in one turn shares a batch', async () => {
  const { batches, batcher } = gather(16);
  for (const job of [1, 2, 3]) batcher.add(job);
  expect(batches).toEqual([]);
  await turn();
  batcher.add(4);
  await turn();
  expect(batches).toEqual([[1, 2, 3], [4]]);
});

test('a full batch does not wait for the end of the turn, and nothing is run twice', async () => {
  const { batches, batcher } = gather(2);
  for (const job of [1, 2, 3, 4, 5]) batcher.add(job);
  expect(batches).toEqual([
    [1, 2],
    [3, 4],
  ]);
  await turn();
  await turn();
  expect(batches).toEqual([[1, 2], [3, 4], [5]]);
});

test('a limit of one means no batching', () => {
  const { batches, batcher } = gather(1);
  for (const job of [1, 2]) batcher.add(job);
  expect(batches).toEqual([[1], [2]]);
});
