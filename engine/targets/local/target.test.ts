import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../../lib/kit/wait.ts';
import { identify } from './identity.ts';
import { ProcessRecords } from './records.ts';
import { testTarget } from './testbed.ts';

type Bed = Awaited<ReturnType<typeof testTarget>>;
const within = { deadlineMs: 15_000, everyMs: 20 };

describe('LocalTarget', () => {
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

  test('start waits for readiness and says what runs', async () => {
    const [workload] = await bed.target.list();
    expect(workload).toMatchObject({ name: 'small', desired: 1, revision: 1 });
    const { pid, state, residentBytes, restarts } = await bed.replica();
    expect({ state, restarts }).toEqual({ state: 'ready', restarts: 0 });
    expect((await bed.ask()).pid).toBe(pid);
    expect(residentBytes).toBeGreaterThan(2 ** 20);
  });

  test('brings a killed process back at once, without what the old one had started', async () => {
    const { pid } = await bed.replica();
    const child = Number((await bed.ask()).child);
    await bed.target.kill('small');
    await waitFor(
      'another process to be ready',
      async () => (await bed.replica()).pid !== pid && (await bed.replica()).state === 'ready',
      within,
    );
    expect((await bed.replica()).restarts).toBe(1);
    await waitFor('the orphan to be gone', async () => (await identify(child)) === undefined, within);
  });

  test('freezes and thaws', async () => {
    await bed.target.pause('small');
    expect((await bed.replica()).state).toBe('paused');
    await expect(
      fetch(`http://127.0.0.1:${bed.port}/`, { signal: AbortSignal.timeout(300) }),
    ).rejects.toThrow();
    await bed.target.resume('small');
    await waitFor('it to be ready', async () => (await bed.replica()).state === 'ready', within);
  });

  test('a restart ends even a frozen process', async () => {
    const { pid } = await bed.replica();
    await bed.target.pause('small');
    await bed.target.restart('small');
    expect((await bed.replica()).state).toBe('ready');
    expect((await bed.replica()).pid).not.toBe(pid);
  });

  test('scales up and down within its bound', async () => {
    await bed.target.scale('small', 3);
    expect((await bed.ask(2)).PORT).toBe(String(bed.port + 2));
    await bed.target.scale('small', 1);
    expect((await bed.target.list())[0]!.replicas).toHaveLength(1);
    await expect(bed.target.scale('small', 4)).rejects.toThrow('0 to 3 replicas');
  });

  test('releases a revision, and takes it back', async () => {
    await bed.target.apply('small', { actor: 'ann', environment: { COLOUR: 'blue' } });
    expect((await bed.ask()).COLOUR).toBe('blue');
    await bed.target.undo('small', { actor: 'ann' });
    expect((await bed.ask()).COLOUR).toBeUndefined();
    expect((await bed.target.revisions('small')).map(({ revision }) => revision)).toEqual([1, 2, 3]);
  });

  test('releases other code, tells how it differs, and takes it back', async () => {
    const overlay = join(bed.folder, 'overlay');
    mkdirSync(join(overlay, 'lib'), { recursive: true });
    writeFileSync(join(overlay, 'lib', 'greeting.js'), "module.exports = 'goodbye';\n");
    const { code } = await bed.target.apply('small', { actor: 'ann', overlay });
    expect((await bed.ask()).greeting).toBe('goodbye');
    expect(code).toMatch(/^[0-9a-f]{12}$/);
    // Other changes leave the code alone.
    await bed.target.apply('small', { actor: 'ann', environment: { COLOUR: 'blue' } });
    expect((await bed.ask()).greeting).toBe('goodbye');
    expect((await bed.target.diff('small')).files).toEqual([]);
    expect(await bed.target.diff('small', { revision: 2 })).toMatchObject({
      workload: 'small',
      revision: { revision: 2, code },
      against: { revision: 1, code: 'built in' },
      files: ['lib/greeting.js'],
      patch: expect.stringContaining("-module.exports = 'hello';\n+module.exports = 'goodbye';"),
    });
    await bed.target.undo('small', { actor: 'ann', revision: 1 });
    expect((await bed.ask()).greeting).toBe('hello');
    await bed.target.undo('small', { actor: 'ann' });
    expect((await bed.ask()).greeting).toBe('goodbye');
    expect((await bed.target.apply('small', { actor: 'ann', overlay: null })).code).toBe('built in');
    expect((await bed.ask()).greeting).toBe('hello');
    await expect(bed.target.diff('small', { against: 9 })).rejects.toThrow('no revision 9');
  });

  test('a refused overlay changes nothing', async () => {
    const overlay = join(bed.folder, 'overlay');
    mkdirSync(join(overlay, 'lib'), { recursive: true });
    writeFileSync(join(overlay, 'lib', 'greting.js'), '');
    await expect(bed.target.apply('small', { actor: 'ann', overlay })).rejects.toThrow('lib/greting.js');
    expect(await bed.target.revisions('small')).toHaveLength(1);
    expect(existsSync(join(bed.folder, 'releases'))).toBe(false);
  });

  test('a release that crashes is reported with its last words and can be undone', async () => {
    const bad = bed.target.apply('small', { actor: 'ann', environment: { CRASH: 'no memory' } });
    await expect(bad).rejects.toThrow('small does not start: CRASHED: no memory');
    await bed.target.undo('small', { actor: 'ann' });
    expect((await bed.replica()).state).toBe('ready');
  });

  test('changes settings without a restart, and a restart keeps them', async () => {
    const { pid } = await bed.replica();
    await bed.target.configure('small', { actor: 'ann', settings: { 'a.b': 7 } });
    expect(await bed.target.settings('small')).toEqual({ 'a.b': 7 });
    expect((await bed.replica()).pid).toBe(pid);
    await bed.target.restart('small');
    expect(await bed.target.settings('small')).toEqual({ 'a.b': 7 });
    expect((await bed.target.revisions('small')).at(-1)).toMatchObject({ revision: 2, actor: 'ann' });
  });

  test('gives the log of a workload', async () => {
    const lines = [];
    for await (const { text } of bed.target.logs('small', { tail: 5 })) lines.push(text);
    expect(lines).toEqual(['listening']);
  });

  test('runs a command in the surroundings of a workload', async () => {
    const command = [process.execPath, '-p', 'process.env.PORT'];
    expect(await bed.target.exec('small', command)).toEqual({ code: 0, stdout: `${bed.port}\n`, stderr: '' });
  });

  test('names what exists when asked for what does not', async () => {
    await expect(bed.target.restart('big')).rejects.toThrow('there is no workload big; there are: small');
    await expect(bed.target.kill('small', { replica: 5 })).rejects.toThrow('has no replica 5');
  });

  test('what a dead supervisor leaves is ended by the next one', async () => {
    const { pid } = await bed.replica();
    // The records are what a new supervisor would find.
    const ended = await new ProcessRecords(`${bed.folder}/processes`).endLeftovers();
    expect(ended).toEqual(['small-0']);
    // The supervisor that still lives here learns of the end a moment later, and starts another.
    await waitFor('another process', async () => (await bed.replica()).pid !== pid, within);
  });
});
