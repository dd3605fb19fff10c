import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { processorSeconds, secondsOf } from './processor.ts';

test('what a process has used is told, by how busy it was and not by how long it has been there', async () => {
  const start = (program: string) => {
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const busy = start('process.stdout.write("on"); for (;;);');
  const idle = start('process.stdout.write("on"); setInterval(() => {}, 60_000);');
  await Promise.all([once(busy.stdout!, 'data'), once(idle.stdout!, 'data')]);
  const used = async ({ pid }: typeof busy) => (await processorSeconds([pid!])).get(pid!)!;
  const begun = await used(busy);
  await expect.poll(() => used(busy), { timeout: 30_000 }).toBeGreaterThan(begun + 1);
  expect(await used(idle)).toBeLessThan(await used(busy));
});

test('who is gone is missing', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  expect(await processorSeconds([child.pid!])).toEqual(new Map());
  expect(await processorSeconds([])).toEqual(new Map());
});

test.each([
  ['0:01.23', 1.23],
  ['12:05', 725],
  ['1:00:00', 3_600],
  ['2-01:00:01', 176_401],
])('ps says %s for %d seconds', (time, seconds) => expect(secondsOf(time)).toBeCloseTo(seconds, 6));
