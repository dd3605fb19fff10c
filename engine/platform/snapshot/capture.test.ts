import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capture } from './capture.ts';
import { dataFiles } from './contents.ts';
import { TestHome } from './testbed.ts';

const DIGEST = 'ab'.repeat(32);
const PARQUET = 'lake/labels/day=2025-03-02/day.parquet';
const AOF = 'redis/redis-log/appendonlydir/appendonly.aof.1.incr.aof';
const LINKED = {
  [PARQUET]: 'yesterday',
  [AOF]: 'SET a 1',
  [`artifacts/sha256/${DIGEST}`]: 'model',
  'state/releases/3fa9/services/app.ts': 'source',
};
const COPIED = { 'state/registry/registry.db': 'versions', 'alertmanager/silences': 'silences' };

test('is quick while nobody may write, and holds nothing of the live files afterwards', async () => {
  const home = new TestHome().write({ ...LINKED, ...COPIED });
  const target = new TestHome();
  const { home: from } = home.layout;
  const { home: to } = target.layout;
  const detach = await capture(dataFiles(home.layout), from, to);
  const same = (path: string) => statSync(join(from, path)).ino === statSync(join(to, path)).ino;
  expect(Object.keys(LINKED).map(same)).toEqual(Object.keys(LINKED).map(() => true));
  expect(Object.keys(COPIED).map(same)).toEqual(Object.keys(COPIED).map(() => false));

  // Redis goes on before the links are made copies, everything else may be changed after.
  appendFileSync(join(from, AOF), 'SET b 2');
  await detach();
  for (const path of Object.keys({ ...LINKED, ...COPIED }))
    writeFileSync(join(from, path), 'changed in place');
  expect(await target.data()).toEqual({ ...LINKED, ...COPIED });
});
