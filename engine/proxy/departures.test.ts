import { expect, test } from 'vitest';
import { Departures } from './departures.ts';

/** A queue whose departures are noted with their time; `ended` resolves when the end has left. */
function station() {
  const left: { text: string; at: number }[] = [];
  let departures!: Departures;
  const ended = new Promise<void>((end) => {
    departures = new Departures({
      push: (chunk) => left.push({ text: chunk.toString(), at: performance.now() }),
      end,
    });
  });
  return { departures, ended, left };
}

test('chunks leave in order and never before their time', async () => {
  const { departures, ended, left } = station();
  const start = performance.now();
  departures.add(Buffer.from('first'), start + 30);
  departures.add(Buffer.from('second'), start + 10);
  departures.add(Buffer.from('third'), start + 60);
  departures.add(undefined, 0);
  await ended;
  expect(left.map(({ text }) => text)).toEqual(['first', 'second', 'third']);
  expect(left[0]!.at).toBeGreaterThanOrEqual(start + 30);
  expect(left[2]!.at).toBeGreaterThanOrEqual(start + 60);
  expect(departures.held).toBe(0);
});

test('what is due leaves without a detour while nothing waits', () => {
  const { departures, left } = station();
  departures.add(Buffer.from('now'), performance.now());
  expect(left).toHaveLength(1);
});

test('a release lets everything go, also what would wait for ever, the end last', async () => {
  const { departures, ended, left } = station();
  departures.add(Buffer.from('a'), Number.POSITIVE_INFINITY);
  departures.add(Buffer.from('b'), performance.now() + 3_600_000);
  departures.add(undefined, 0);
  expect(departures.held).toBeGreaterThan(2);
  departures.release();
  await ended;
  expect(left.map(({ text }) => text)).toEqual(['a', 'b']);
  expect(departures.held).toBe(0);
});
