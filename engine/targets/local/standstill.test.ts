import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../../lib/kit/wait.ts';
import { identify } from './identity.ts';
import { ProcessRecords } from './records.ts';
import { testTarget } from './testbed.ts';

type Bed = Awaited<ReturnType<typeof testTarget>>;
const within = { deadlineMs: 15_000, everyMs: 20 };

describe('a target that stands still', () => {
  let bed: Bed;
  beforeEach(async () => {
    bed = await testTarget();
    await bed.target.start('small');
  });
  afterEach(async () => {
    await bed.target.halt();
    await bed.target.stop('small');
    bed.target.close();
  });
  const asked = (signal: AbortSignal) => fetch(`http://127.0.0.1:${bed.port}/`, { signal });

  test('answers nobody, shows no trace of it, and goes on', async () => {
    const { pid } = await bed.replica();
    const heldMs = await bed.target.held(async () => {
      await expect(asked(AbortSignal.timeout(300))).rejects.toThrow();
      expect(await bed.replica()).toMatchObject({ state: 'ready', restarts: 0, pid });
    });
    expect(heldMs).toBeGreaterThanOrEqual(300);
    expect((await bed.ask()).pid).toBe(pid);
    expect(await bed.replica()).toMatchObject({ restarts: 0, pid });
  });

  test('goes on when the work fails', async () => {
    const failing = bed.target.held(async () => {
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect((await bed.ask()).pid).toBe((await bed.replica()).pid);
  });

  test('gives nobody the place of a process that ends meanwhile; afterwards it is started again', async () => {
    const { pid } = await bed.replica();
    await bed.target.held(async () => {
      process.kill(pid!, 'SIGKILL');
      await waitFor('it to be gone', async () => (await bed.replica()).pid === undefined, within);
      expect((await bed.replica()).state).toBe('backoff');
    });
    await waitFor('another to be ready', async () => (await bed.replica()).state === 'ready', within);
    expect((await bed.replica()).restarts).toBe(1);
  });

  test('leaves nobody frozen when the supervisor dies of it: the next one ends them', async () => {
    const { pid } = await bed.replica();
    await bed.target.held(async () => {
      expect(await new ProcessRecords(`${bed.folder}/processes`).endLeftovers()).toEqual(['small-0']);
      expect(await identify(pid!)).toBeUndefined();
    });
  });

  test('lets a paused process paused', async () => {
    await bed.target.pause('small');
    await bed.target.held(async () => {});
    expect((await bed.replica()).state).toBe('paused');
    await expect(asked(AbortSignal.timeout(300))).rejects.toThrow();
    await bed.target.resume('small');
    expect((await bed.ask()).pid).toBe((await bed.replica()).pid);
  });

  test('makes changes wait', async () => {
    const order: string[] = [];
    let change: Promise<unknown> = Promise.resolve();
    await bed.target.held(async () => {
      change = bed.target.pause('small').then(() => order.push('paused'));
      await bed.replica();
      order.push('still');
    });
    await change;
    expect(order).toEqual(['still', 'paused']);
  });

  test('is ended as a whole, and started by who ended it', async () => {
    const { pid } = await bed.replica();
    await bed.target.ended(async (start) => {
      expect((await bed.target.list())[0]!.replicas).toEqual([]);
      await start('small');
    });
    expect((await bed.replica()).state).toBe('ready');
    expect((await bed.replica()).pid).not.toBe(pid);
  });

  test('is ended in the middle of a release that does not get ready', async () => {
    const release = bed.target.apply('small', { actor: 'ann', environment: { PORT: '1' } });
    const refused = expect(release).rejects.toThrow('small was ended while it was waited for');
    await waitFor('the release to be waiting', async () => (await bed.replica()).state !== 'ready', within);
    await bed.target.ended(async () => {});
    await refused;
    expect((await bed.target.list())[0]!.replicas).toEqual([]);
  });
});
