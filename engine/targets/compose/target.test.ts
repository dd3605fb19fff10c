import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../../lib/kit/wait.ts';
import { tryDocker } from './docker.ts';
import { Keeper } from './keeper.ts';
import { noDocker, testTarget } from './testbed.ts';
import { VolumeCopies } from './volumes.ts';

const why = await noDocker();
if (why !== undefined) console.warn(`skipped, containers of target compose: ${why}`);

/** Docker starts a container in a second; on a machine that does much else it takes many. */
const SLOW_MS = 300_000;
const within = { deadlineMs: 60_000, everyMs: 200 };

describe.skipIf(why !== undefined)('containers of target compose', { timeout: SLOW_MS }, () => {
  let bed: Awaited<ReturnType<typeof testTarget>>;
  beforeAll(async () => {
    bed = await testTarget();
  }, SLOW_MS);
  afterAll(() => bed?.close(), SLOW_MS);

  const replica = async () => (await bed.target.list())[0]?.replicas[0];
  const state = async () => (await replica())?.state;

  test('start, and are ready when the service says so', async () => {
    expect(await state()).toBe('stopped');
    await bed.target.start('small');
    expect(await state()).toBe('ready');
    expect((await bed.target.list())[0]).toMatchObject({ name: 'small', desired: 1, revision: 1 });
    expect(await bed.ask()).toMatchObject({ REVISION: '1', CODE_DIGEST: 'built in', greeting: 'hello' });
    const lines = await Array.fromAsync(bed.target.logs('small'), ({ text }) => text);
    expect(lines).toContain('listening');
  });

  test('freeze and thaw', async () => {
    await bed.target.pause('small');
    await bed.target.pause('small');
    await waitFor('it to be frozen', async () => (await state()) === 'paused', within);
    await bed.target.resume('small');
    await waitFor('it to be ready', async () => (await state()) === 'ready', within);
  });

  test('come back by themselves when they are killed', async () => {
    const before = await replica();
    await bed.target.kill('small');
    const isBack = async () =>
      (await state()) === 'ready' && (await replica())?.startedAt !== before?.startedAt;
    await waitFor('it to be back', isBack, within);
    expect((await replica())?.restarts).toBe(1);
  });

  test('keep live settings over a restart nobody planned', async () => {
    const { revision } = await bed.target.configure('small', { actor: 'ada', settings: { 'rate.limit': 7 } });
    expect(revision).toBe(2);
    expect(await bed.target.settings('small')).toEqual({ 'rate.limit': 7 });
    const before = await replica();
    await bed.target.kill('small');
    const isBack = async () =>
      (await state()) === 'ready' && (await replica())?.startedAt !== before?.startedAt;
    await waitFor('it to be back', isBack, within);
    expect(await bed.target.settings('small')).toEqual({ 'rate.limit': 7 });
  });

  test('take a release of environment and code, and give it back', async () => {
    const overlay = join(bed.root, 'home/overlay');
    mkdirSync(join(overlay, 'lib'), { recursive: true });
    writeFileSync(join(overlay, 'lib/greeting.js'), "module.exports = 'goodbye';\n");
    const { revision, code } = await bed.target.apply('small', {
      actor: 'ada',
      environment: { COLOUR: '$HOME' },
      overlay,
    });
    expect(await bed.ask()).toMatchObject({ COLOUR: '$HOME', greeting: 'goodbye', CODE_DIGEST: code });
    expect((await bed.target.diff('small')).files).toEqual(['lib/greeting.js']);
    await bed.target.undo('small', { actor: 'ada', revision: revision - 1 });
    const after = await bed.ask();
    expect(after).toMatchObject({ greeting: 'hello', CODE_DIGEST: 'built in' });
    expect(after).not.toHaveProperty('COLOUR');
  });

  test('that do not come up say why, and are out all the same', async () => {
    const broken = bed.target.apply('small', { actor: 'ada', environment: { CRASH: 'no such table' } });
    await expect(broken).rejects.toMatchObject({
      code: 'TARGET_CRASHED',
      message: 'small does not start: CRASHED: no such table',
    });
    expect(await state()).not.toBe('ready');
    await bed.target.undo('small', { actor: 'ada' });
    expect(await state()).toBe('ready');
  });

  test('their volumes are kept while they stand still, and brought back while none runs', async () => {
    const copies = new VolumeCopies(new Keeper(bed.project));
    const inside = async (script: string) =>
      (await bed.target.exec('small', ['sh', '-c', script])).stdout.trim();
    await inside('echo before > /lake/day');
    await copies.open();
    let during: string | undefined;
    await bed.target.held(async () => {
      during = await state();
      await copies.keep('noon');
    });
    expect(during).toBe('paused');
    await copies.publish('noon');
    await copies.close();
    await waitFor('it to be ready', async () => (await state()) === 'ready', within);
    await inside('echo after > /lake/day; echo more > /lake/other');
    await bed.target.ended(async (start) => {
      expect(await state()).toBe('stopped');
      await copies.bringBack('noon');
      await start('small');
    });
    expect(await inside('cat /lake/day; ls /lake')).toBe('before\nday');
    expect((await tryDocker(['ps', '-aq', '--filter', `name=${bed.project.name}-keeper`])).stdout).toBe('');
  });

  test('what cannot be done there is refused with a reason', async () => {
    await expect(bed.target.scale('small', 2)).rejects.toThrow(/publishes one port .* 0 or 1 replicas/);
    await expect(bed.target.restart('cold-store')).rejects.toThrow(
      'cold-store is no container of target compose; there are: small',
    );
  });

  test('scaled to nothing are gone until they are wanted', async () => {
    await bed.target.scale('small', 0);
    expect((await bed.target.list())[0]).toMatchObject({ desired: 0, replicas: [] });
    await bed.target.scale('small', 1);
    expect(await state()).toBe('ready');
  });
});
