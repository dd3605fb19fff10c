import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../lib/kit/wait.ts';
import type { DrillContext } from '../contract/parts.ts';
import { type Identity, identify, lives } from '../targets/local/identity.ts';
import { residentBytes } from '../targets/local/memory.ts';
import { armable } from '../testbed.ts';
import cpuPressure, { processesThatLeave } from './cpu-pressure.ts';
import memoryPressure from './memory-pressure.ts';
import { spin, turnsPerSecond } from './neighbours/spin.ts';

const within = { deadlineMs: 20_000, everyMs: 50 };
type Undo = { id: string; process: Identity };

let context: DrillContext;
beforeEach(() => {
  context = { scratch: mkdtempSync(join(tmpdir(), 'pressure-')) } as DrillContext;
});
afterEach(() => rmSync(context.scratch, { recursive: true, force: true }));

/** Processor time of a process, in ticks of 10 ms. */
const ticks = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

test('so many processes, busy, and gone after clear', async () => {
  const fault = armable(cpuPressure, context, { processes: 2, duty: 0.6, title: 'nightly-backup' });
  const undo = (await fault.inject()) as Undo[];
  try {
    expect(undo).toHaveLength(2);
    for (const { process } of undo) expect((await identify(process.pid))?.command).toBe('nightly-backup');
    if (process.platform === 'linux') {
      const [{ process: first }] = undo as [Undo];
      const before = ticks(first.pid);
      await waitFor('half a second of processor time', () => ticks(first.pid) - before >= 50, within);
    }
  } finally {
    await fault.clear(undo);
  }
  for (const { process } of undo) expect(await lives(process)).toBe(false);
  await fault.clear(undo);
});

test('as many as leave so much, on a slow machine and on a quick one', () => {
  expect(processesThatLeave(12, 250, 2)).toBe(40);
  expect(processesThatLeave(12, 84, 2)).toBe(12);
  expect(processesThatLeave(12, 5, 2)).toBe(2);
  expect(processesThatLeave(12, 500, 16)).toBe(128);
});

test('somebody beside them is left with what was said', async () => {
  const alone = turnsPerSecond();
  const fault = armable(cpuPressure, context, { leaves: alone / 1e6 / 4 });
  const undo = (await fault.inject()) as Undo[];
  try {
    // Rounded, and measured on a machine that does other things: three on each core, give or take one.
    const onEach = undo.length / availableParallelism();
    expect(onEach).toBeGreaterThanOrEqual(2);
    expect(onEach).toBeLessThanOrEqual(4);
    const share = () => {
      const [wall, spent] = [performance.now(), process.cpuUsage()];
      spin(() => performance.now() - wall > 400);
      const { user, system } = process.cpuUsage(spent);
      return (user + system) / 1_000 / (performance.now() - wall);
    };
    await waitFor('half of a core to be gone', () => share() < 0.5, within);
  } finally {
    await fault.clear(undo);
  }
});

test('memory is really held, and gone after clear without a record too', async () => {
  const fault = armable(memoryPressure, context, { megabytes: 200 });
  const undo = (await fault.inject()) as Undo;
  const { pid } = undo.process;
  const held = (await residentBytes([pid])).get(pid);
  await fault.clear(undefined);
  expect(held).toBeGreaterThan(200 * 2 ** 20);
  expect(await lives(undo.process)).toBe(false);
  await fault.clear(undo);
});

test('titles that give it away are refused', () => {
  expect(() => armable(cpuPressure, context, { title: 'CPU burner!' })).toThrow('title');
});
