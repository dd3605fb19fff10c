import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../../lib/kit/wait.ts';
import { Batcher, type BatchSettings, type Departure } from './batcher.ts';

/** Longer than any test lasts. */
const LONG_US = 1_000_000;

const gather = (changes: Partial<BatchSettings>) => {
  const settings: BatchSettings = {
    'batch.max_rows': 16,
    'batch.preferred_size': 3,
    'batch.max_queue_delay_us': 0,
    'batch.adaptive': true,
    ...changes,
  };
  const batches: number[][] = [];
  const departures: Departure[] = [];
  const underWay: (() => void)[] = [];
  const batcher = new Batcher<number>(
    () => settings,
    (jobs, departure) => {
      batches.push(jobs);
      departures.push(departure);
      return new Promise((resolve) => underWay.push(resolve));
    },
  );
  const add = (...jobs: number[]) => {
    for (const job of jobs) batcher.add(job);
  };
  return { settings, batches, departures, add, finish: () => underWay.shift()!() };
};

test('what arrives in one turn shares a batch', async () => {
  const { batches, departures, add } = gather({});
  add(1, 2, 3);
  expect(batches).toEqual([]);
  await turn();
  add(4);
  await turn();
  expect(batches).toEqual([[1, 2, 3], [4]]);
  expect(departures).toEqual(['turn', 'turn']);
});

test('a full batch does not wait for the end of the turn, and nothing is run twice', async () => {
  const { batches, departures, add } = gather({ 'batch.max_rows': 2 });
  add(1, 2, 3, 4, 5);
  expect(batches).toEqual([
    [1, 2],
    [3, 4],
  ]);
  await turn();
  await turn();
  expect(batches).toEqual([[1, 2], [3, 4], [5]]);
  expect(departures).toEqual(['full', 'full', 'turn']);
});

test('a limit of one means no batching', () => {
  const { batches, add } = gather({ 'batch.max_rows': 1, 'batch.max_queue_delay_us': LONG_US });
  add(1, 2);
  expect(batches).toEqual([[1], [2]]);
});

test('with a delay, who is alone does not wait', async () => {
  const { batches, departures, add } = gather({ 'batch.max_queue_delay_us': LONG_US });
  add(1);
  await turn();
  expect(batches).toEqual([[1]]);
  expect(departures).toEqual(['turn']);
});

test('while a batch is under way others gather until it is done', async () => {
  const { batches, departures, add, finish } = gather({ 'batch.max_queue_delay_us': LONG_US });
  add(1);
  await turn();
  add(2);
  await turn();
  add(3);
  await turn();
  expect(batches).toEqual([[1]]);
  finish();
  await turn();
  expect(batches).toEqual([[1], [2, 3]]);
  expect(departures).toEqual(['turn', 'free']);
  finish();
  add(4);
  await turn();
  expect(batches).toEqual([[1], [2, 3], [4]]);
});

test('or until as many are there as are preferred', async () => {
  const { batches, departures, add } = gather({ 'batch.max_queue_delay_us': LONG_US });
  add(1);
  await turn();
  add(2, 3);
  await turn();
  add(4, 5);
  await turn();
  expect(batches).toEqual([[1], [2, 3, 4, 5]]);
  expect(departures).toEqual(['turn', 'preferred']);
});

test('or until the first of them has waited as long as it may', async () => {
  const { batches, departures, add } = gather({ 'batch.max_queue_delay_us': 2_000 });
  add(1);
  await turn();
  add(2);
  await turn();
  expect(batches).toEqual([[1]]);
  await waitFor('the delay to be over', () => batches.length === 2, { deadlineMs: 5_000, everyMs: 1 });
  expect(batches).toEqual([[1], [2]]);
  expect(departures).toEqual(['turn', 'delay']);
});

test('without adapting everybody waits, and what is done sends nobody off', async () => {
  const { batches, departures, add, finish } = gather({
    'batch.max_queue_delay_us': LONG_US,
    'batch.adaptive': false,
  });
  add(1, 2, 3);
  await turn();
  add(4);
  await turn();
  finish();
  await turn();
  expect(batches).toEqual([[1, 2, 3]]);
  add(5, 6);
  await turn();
  expect(batches).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(departures).toEqual(['preferred', 'preferred']);
});

test('settings count from the next turn on', async () => {
  const { settings, batches, add } = gather({ 'batch.max_queue_delay_us': LONG_US });
  add(1);
  await turn();
  add(2);
  await turn();
  settings['batch.max_queue_delay_us'] = 0;
  add(3);
  await turn();
  expect(batches).toEqual([[1], [2, 3]]);
});
