import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { psColumn } from './ps.ts';

test('a column of ps is told by process, without those that are gone', async () => {
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  const rows = await psColumn('ppid', [process.pid, gone.pid!]);
  expect(rows).toEqual([[process.pid, String(process.ppid)]]);
  expect(await psColumn('ppid', [gone.pid!])).toEqual([]);
});
