import { describe, expect, it } from 'vitest';
import { Throttle } from './throttle.ts';

const never = new AbortController().signal;

/** Wall milliseconds `work` took. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

describe('Throttle', () => {
  it('lets no more through than the rate allows', async () => {
    const throttle = new Throttle(() => 1_000);
    const ms = await timed(async () => {
      for (let i = 0; i < 6; i++) await throttle.take(50, never);
    });
    expect(ms).toBeGreaterThanOrEqual(290);
  });

  it('takes a changed rate at once, even in the middle of a long wait', async () => {
    let rate = 0.001;
    const throttle = new Throttle(() => rate);
    const waiting = timed(() => throttle.take(1, never));
    setTimeout(() => {
      rate = 1_000;
    }, 50);
    expect(await waiting).toBeLessThan(5_000);
  });

  it('ends a wait when it is aborted', async () => {
    const stop = new AbortController();
    const waiting = new Throttle(() => 0.001).take(1, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow('abort');
  });

  it('works in slices of a quarter of a second, of one event at least', () => {
    expect(new Throttle(() => 5_000).slice).toBe(1_250);
    expect(new Throttle(() => 0.2).slice).toBe(1);
  });
});
