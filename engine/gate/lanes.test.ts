import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { bearable, runLanes } from './lanes.ts';

const GIB = 2 ** 30;

test.each([
  [1, 24 * GIB, 1, 1],
  [2, 24 * GIB, 1, 2],
  [2, 24 * GIB, 2, 1],
  [4, 24 * GIB, 2, 2],
  [16, 4 * GIB, 1, 3],
  [64, 512 * GIB, 1, 8],
  [4, 0.5 * GIB, 1, 1],
  [64, 512 * GIB, Number.POSITIVE_INFINITY, 1],
])('%i cores and %i free bytes, %d cores a platform: %i platforms', (cores, bytes, each, platforms) => {
  expect(bearable(cores, bytes, each)).toBe(platforms);
});

describe('lanes', () => {
  interface Running {
    names: string[];
    most: number;
    seen: string[][];
    left: number[];
  }
  const job = (name: string, alone = false) => ({ name, alone });
  const recorder = () => {
    const running: Running = { names: [], most: 0, seen: [], left: [] };
    const work = async ({ name }: { name: string }) => {
      running.names.push(name);
      running.most = Math.max(running.most, running.names.length);
      running.seen.push([...running.names]);
      await turn();
      await turn();
      running.names.splice(running.names.indexOf(name), 1);
    };
    return { running, work, leave: async (worker: number) => void running.left.push(worker) };
  };

  test('do everything once, side by side, and give up what they hold', async () => {
    const { running, work, leave } = recorder();
    await runLanes(
      ['a', 'b', 'c', 'd', 'e'].map((name) => job(name)),
      2,
      work,
      leave,
    );
    expect(running.most).toBe(2);
    expect(running.seen.map((names) => names.at(-1)).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(running.left.sort()).toEqual([0, 1]);
  });

  test('keep what measures latency by itself, after all others have left', async () => {
    const { running, work, leave } = recorder();
    await runLanes([job('slow', true), job('a'), job('late', true), job('b')], 2, work, leave);
    for (const name of ['slow', 'late']) expect(running.seen).toContainEqual([name]);
    expect(running.seen.at(-1)).toEqual(['late']);
  });

  test('begin nothing new after a failure, and still let everybody leave', async () => {
    const { running, leave } = recorder();
    const begun: string[] = [];
    const work = async ({ name }: { name: string }) => {
      begun.push(name);
      await turn();
      if (name === 'a') throw new Error('no ports');
    };
    await expect(
      runLanes(
        ['a', 'b', 'c', 'd'].map((name) => job(name)),
        2,
        work,
        leave,
      ),
    ).rejects.toThrow('no ports');
    expect(begun).not.toContain('d');
    expect(running.left.sort()).toEqual([0, 1]);
  });
});
