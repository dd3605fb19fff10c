import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../lib/kit/wait.ts';
import type { DrillContext } from '../contract/parts.ts';
import { testTarget } from '../targets/local/testbed.ts';
import { armable, contextOf } from '../testbed.ts';
import kill from './kill.ts';
import pause from './pause.ts';
import restart from './restart.ts';
import scale from './scale.ts';

const within = { deadlineMs: 20_000, everyMs: 20 };

let bed: Awaited<ReturnType<typeof testTarget>>;
let context: DrillContext;
beforeEach(async () => {
  bed = await testTarget();
  await bed.target.start('small');
  context = contextOf({ target: bed.target });
});
afterEach(async () => {
  await bed.target.halt();
  await bed.target.stop('small');
  bed.target.close();
  rmSync(bed.folder, { recursive: true, force: true });
});

const restarts = async () => (await bed.replica()).restarts;
const ready = () =>
  waitFor('it to be ready', async () => (await bed.replica()).state === 'ready' && bed.replica(), within);

test('pause freezes, clear thaws, and does so twice', async () => {
  const frozen = armable(pause, context, { workload: 'small' });
  const undo = await frozen.inject();
  expect((await bed.replica()).state).toBe('paused');
  await expect(
    fetch(`http://127.0.0.1:${bed.port}/`, { signal: AbortSignal.timeout(300) }),
  ).rejects.toThrow();
  await frozen.clear(undo);
  await ready();
  await frozen.clear(undo);
  expect((await bed.replica()).state).toBe('ready');
});

test('kill once: another process, and nothing more happens', async () => {
  const { pid } = await bed.replica();
  const once = armable(kill, context, { workload: 'small' });
  const undo = await once.inject();
  expect(undo).toEqual({ loop: null });
  await waitFor('another process', async () => (await ready()).pid !== pid, within);
  await once.clear(undo);
  expect(await restarts()).toBe(1);
});

test('kill every: again and again until cleared, then never again', async () => {
  const loop = armable(kill, context, { workload: 'small', every: 0.2 });
  const undo = await loop.inject();
  await waitFor('a few kills', async () => (await restarts()) >= 3, within);
  await loop.clear(undo);
  await loop.clear(undo);
  const { pid } = await ready();
  // Five of its turns: whoever still killed would have done so by now.
  const until = performance.now() + 1_000;
  await waitFor('five turns to pass', () => performance.now() > until, within);
  expect((await bed.replica()).pid).toBe(pid);
});

test('a loop the engine took with it is armed again, once, and clear knows it by the journal', async () => {
  const loop = armable(kill, context, { workload: 'small', every: 0.2 });
  // As an engine before this one noted it.
  const undo = { loop: 'of-an-earlier-engine' };
  await loop.rearm(undo);
  await loop.rearm(undo);
  await waitFor('kills', async () => (await restarts()) >= 2, within);
  await loop.clear(undo);
  const { pid } = await ready();
  const until = performance.now() + 1_000;
  await waitFor('five turns to pass', () => performance.now() > until, within);
  expect((await bed.replica()).pid).toBe(pid);
});

test('a workload scaled away is not killed, and the loop goes on when it is back', async () => {
  const loop = armable(kill, context, { workload: 'small', every: 0.1 });
  const undo = await loop.inject();
  await bed.target.scale('small', 0);
  const up = bed.target.scale('small', 1).catch(() => {});
  await waitFor('kills of the new one', async () => (await bed.replica())?.restarts >= 1, within);
  await loop.clear(undo);
  await up;
});

test('restart replaces the process; there is nothing to clear', async () => {
  const { pid } = await bed.replica();
  const again = armable(restart, context, { workloads: ['small'] });
  const undo = await again.inject();
  expect((await bed.replica()).pid).not.toBe(pid);
  const after = (await bed.replica()).pid;
  await again.clear(undo);
  expect((await bed.replica()).pid).toBe(after);
  expect(() => armable(restart, context, { workloads: [] })).toThrow('workloads');
});

test('scale: as many as were asked for, then as many as there were, unless somebody has seen to it', async () => {
  const wanted = async () => (await bed.target.list()).map(({ desired }) => desired);
  const more = armable(scale, context, { workload: 'small', replicas: 3 });
  const undo = await more.inject();
  expect(await wanted()).toEqual([3]);
  await more.clear(undo);
  expect(await wanted()).toEqual([1]);
  await more.clear(undo);
  await more.clear(undefined);
  expect(await wanted()).toEqual([1]);
  await expect(armable(scale, context, { workload: 'none', replicas: 1 }).inject()).rejects.toThrow('none');
});
