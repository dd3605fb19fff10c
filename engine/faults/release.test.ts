import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { call } from '../../lib/kit/call.ts';
import type { DrillContext } from '../contract/parts.ts';
import { testTarget } from '../targets/local/testbed.ts';
import { armable, contextOf } from '../testbed.ts';
import release from './release.ts';
import setting from './setting.ts';

const WHO = { actor: 'release-train', reason: 'CHG-4711' };
const NAMES = ['eu', 'us'] as const;

let bed: Awaited<ReturnType<typeof testTarget>>;
let context: DrillContext;
beforeEach(async () => {
  bed = await testTarget(NAMES);
  for (const name of NAMES) await bed.target.start(name);
  const scenarioFolder = join(bed.folder, 'scenario');
  mkdirSync(join(scenarioFolder, 'overlays', 'quick', 'lib'), { recursive: true });
  writeFileSync(
    join(scenarioFolder, 'overlays', 'quick', 'lib', 'greeting.js'),
    "module.exports = 'goodbye';\n",
  );
  context = contextOf({ target: bed.target, scenarioFolder });
});
afterEach(async () => {
  await bed.target.halt();
  for (const name of NAMES) await bed.target.stop(name);
  bed.target.close();
  rmSync(bed.folder, { recursive: true, force: true });
});

const ask = async (name: (typeof NAMES)[number]) =>
  (await (await call(`http://127.0.0.1:${bed.port + 4 * NAMES.indexOf(name)}/`)).json()) as Record<
    string,
    string
  >;
const running = async (name: string) => (await bed.target.revisions(name)).at(-1)!;

test('code, pins, environment and settings go out to several regions in one release, and all come back', async () => {
  await bed.target.apply('us', { actor: 'ann', environment: { COLOUR: 'blue' }, settings: { n: 1 } });
  const bad = armable(release, context, {
    ...WHO,
    workloads: ['eu', 'us'],
    environment: { COLOUR: null, SIZE: 'xl' },
    settings: { n: 2 },
    overlay: 'overlays/quick',
    model: '3',
    featureView: 'fraud@2',
  });
  const undo = await bad.inject();
  const { code } = await running('eu');
  for (const name of NAMES) {
    expect(await ask(name)).toMatchObject({ greeting: 'goodbye', SIZE: 'xl', MODEL_VERSION: '3' });
    expect(await running(name)).toMatchObject({
      ...WHO,
      code,
      environment: { SIZE: 'xl', MODEL_VERSION: '3', FEATURE_VIEW: 'fraud@2' },
      settings: { n: 2 },
    });
  }
  await bad.clear(undo);
  expect(await running('eu')).toMatchObject({ environment: {}, settings: {}, code: 'built in' });
  expect(await running('us')).toMatchObject({ environment: { COLOUR: 'blue' }, settings: { n: 1 } });
  expect(await ask('us')).toMatchObject({ greeting: 'hello', COLOUR: 'blue' });
  // Twice is once.
  const { revision } = await running('us');
  await bad.clear(undo);
  expect((await running('us')).revision).toBe(revision);
});

test('whoever rolled back before is not rolled back again', async () => {
  const bad = armable(release, context, { ...WHO, workload: 'eu', overlay: 'overlays/quick' });
  const undo = await bad.inject();
  await bed.target.undo('eu', { actor: 'candidate' });
  await bad.clear(undo);
  expect(await running('eu')).toMatchObject({ revision: 3, actor: 'candidate', code: 'built in' });
});

test('code somebody had released before comes back, also when the new code does not start', async () => {
  const { code } = await bed.target.apply('eu', {
    actor: 'ann',
    overlay: join(context.scenarioFolder, 'overlays', 'quick'),
  });
  const lib = join(context.scenarioFolder, 'overlays', 'broken', 'lib');
  mkdirSync(lib, { recursive: true });
  writeFileSync(join(lib, 'greeting.js'), "module.exports = 'never heard';\n");
  const bad = armable(release, context, {
    ...WHO,
    workload: 'eu',
    overlay: 'overlays/broken',
    environment: { CRASH: 'no such module' },
  });
  const undo = await bad.inject();
  expect((await bed.target.list())[0]!.replicas[0]!.state).not.toBe('ready');
  await bad.clear(undo);
  expect(await running('eu')).toMatchObject({ code, environment: {} });
  expect((await ask('eu')).greeting).toBe('goodbye');
});

test('a release that is refused half-way leaves nothing behind', async () => {
  const bad = armable(release, context, {
    ...WHO,
    workloads: ['eu', 'nowhere'],
    environment: { COLOUR: 'red' },
  });
  await expect(bad.inject()).rejects.toThrow('there is no workload nowhere');
  expect(await running('eu')).toMatchObject({ environment: {} });
  expect(await ask('eu')).not.toHaveProperty('COLOUR');
});

test.each([
  [{ ...WHO, environment: { A: '1' } }, 'name one workload'],
  [{ ...WHO, workload: 'eu', workloads: ['us'], environment: { A: '1' } }, 'name one workload'],
  [{ ...WHO, workload: 'eu' }, 'changes nothing'],
  [{ ...WHO, workload: 'eu', overlay: 'overlays/none' }, 'there is no folder'],
])('%o is refused', async (given, why) => {
  await expect(armable(release, context, given).inject()).rejects.toThrow(why);
  expect(await bed.target.revisions('eu')).toHaveLength(1);
});

test('an overlay outside its scenario is refused by the schema', () => {
  expect(() => armable(release, context, { ...WHO, workload: 'eu', overlay: '../other' })).toThrow('overlay');
});

test('a setting changes live and comes back, even when nobody answers by then', async () => {
  await bed.target.configure('eu', { actor: 'ann', settings: { guard: true, limit: 5 } });
  const { pid } = await ask('eu');
  const off = armable(setting, context, { ...WHO, workload: 'eu', settings: { guard: false } });
  const undo = await off.inject();
  expect(await bed.target.settings('eu')).toEqual({ guard: false, limit: 5 });
  expect((await ask('eu')).pid).toBe(pid);
  expect(await running('eu')).toMatchObject({ ...WHO, settings: { guard: false, limit: 5 } });
  await off.clear(undo);
  expect(await bed.target.settings('eu')).toEqual({ guard: true, limit: 5 });
  const { revision } = await running('eu');
  await off.clear(undo);
  expect((await running('eu')).revision).toBe(revision);

  const again = await off.inject();
  await bed.target.stop('eu');
  await off.clear(again);
  expect((await running('eu')).settings).toEqual({ guard: true, limit: 5 });
});

test('a setting comes back also from a process that runs and says nothing', async () => {
  await bed.target.configure('eu', { actor: 'ann', settings: { guard: true, limit: 5 } });
  const off = armable(setting, context, { ...WHO, workload: 'eu', settings: { guard: false } });
  const undo = await off.inject();
  await bed.target.pause('eu');
  await off.clear(undo);
  expect((await running('eu')).settings).toEqual({ guard: true, limit: 5 });
  expect(await bed.target.settings('eu')).toEqual({ guard: true, limit: 5 });
}, 60_000);
