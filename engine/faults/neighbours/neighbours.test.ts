import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type Identity, identify, lives } from '../../targets/local/identity.ts';
import { Neighbours, type NeighbourUndo } from './neighbours.ts';
import type { NeighbourRecord } from './record.ts';

const within = { deadlineMs: 20_000, everyMs: 20 };
const quiet = { title: 'index-builder', program: 'cpu', options: { duty: 0.05 } };

let scratch: string;
let neighbours: Neighbours;
let started: NeighbourUndo[];
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'neighbours-'));
  neighbours = new Neighbours(scratch);
  started = [];
});
afterEach(async () => {
  await neighbours.endAll(quiet.title);
  for (const one of started) await neighbours.end(one);
  rmSync(scratch, { recursive: true, force: true });
});

async function start(more: { graceMs?: number } = {}): Promise<NeighbourUndo> {
  const one = await neighbours.start({ ...quiet, ...more });
  started.push(one);
  return one;
}
const fileOf = ({ id }: NeighbourUndo) => join(scratch, 'neighbours', `${id}.json`);
const recordOf = (one: NeighbourUndo) => JSON.parse(readFileSync(fileOf(one), 'utf8')) as NeighbourRecord;
const gone = (process: Identity) =>
  waitFor('the process to be gone', async () => !(await lives(process)), within);

/** As after a crash of the engine: who answered for it does not exist. */
function orphan(one: NeighbourUndo): void {
  const record = recordOf(one);
  writeFileSync(fileOf(one), JSON.stringify({ ...record, owner: { ...record.owner, started: 'long ago' } }));
}

test('it shows under its title and nothing else, and ends when it is told to, twice', async () => {
  const one = await start();
  const seen = await identify(one.process.pid);
  expect(seen?.command).toBe('index-builder');
  await neighbours.end(one);
  expect(await lives(one.process)).toBe(false);
  await neighbours.end(one);
});

test('another engine finds it by the journal, and by its title when nothing was noted', async () => {
  const [first, second, third] = [await start(), await start(), await start()];
  const next = new Neighbours(scratch);
  await next.end(JSON.parse(JSON.stringify(first)));
  expect(await lives(first.process)).toBe(false);
  expect(await lives(second.process)).toBe(true);
  expect(await next.endAll('search-cache')).toEqual([]);
  expect((await next.endAll('index-builder')).sort()).toEqual([second.id, third.id].sort());
  expect([await lives(second.process), await lives(third.process)]).toEqual([false, false]);
});

test('without its record it ends by itself', async () => {
  const one = await start();
  rmSync(fileOf(one));
  await gone(one.process);
});

test('it outlives its engine for a grace only, and the next engine starts it again', async () => {
  const one = await start({ graceMs: 200 });
  orphan(one);
  await gone(one.process);
  expect(recordOf(one).left).toBe(true);
  await neighbours.resume(one);
  const again = recordOf(one);
  expect(again.left).toBeUndefined();
  expect(await lives(again.process!)).toBe(true);
  // What the journal holds is the first process; the record knows the second.
  await neighbours.end(one);
  expect(await lives(again.process!)).toBe(false);
});

test('the next engine takes over one that still lives', async () => {
  const one = await start({ graceMs: 60_000 });
  orphan(one);
  await neighbours.resume(one);
  const { owner, process: now } = recordOf(one);
  expect(await lives(owner)).toBe(true);
  expect(now).toEqual(one.process);
});

test('whoever ends it has got rid of it', async () => {
  const one = await start();
  process.kill(one.process.pid, 'SIGTERM');
  await gone(one.process);
  await neighbours.resume(one);
  expect(recordOf(one).process).toEqual(one.process);
  expect(await lives(one.process)).toBe(false);
});
