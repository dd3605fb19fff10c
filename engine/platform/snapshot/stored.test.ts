import { existsSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { dataFiles } from './contents.ts';
import { damageOf, dataOf, readManifest } from './manifest.ts';
import { putBack, store } from './stored.ts';
import { DATA, NOT_DATA, TestHome } from './testbed.ts';

const BUSINESS_MS = Date.UTC(2025, 2, 3, 12);

describe('stored data', () => {
  let home: TestHome;
  let folder: string;
  let draft: string;
  beforeEach(() => {
    home = new TestHome().write(DATA).write(NOT_DATA);
    folder = join(home.layout.snapshots, 'noon');
    draft = join(home.layout.snapshots, '.draft');
  });
  const storeAll = () =>
    store(home.layout, folder, draft, async (copy) => {
      await copy();
      return { businessMs: BUSINESS_MS, stallMs: 12 };
    });

  test('holds the data and nothing else, and says when it is of', async () => {
    await storeAll();
    const { files, ...facts } = await readManifest(folder);
    expect(files.map(({ path }) => path)).toEqual(Object.keys(DATA).sort());
    expect(facts).toMatchObject({ business_ms: BUSINESS_MS, stall_ms: 12 });
    expect(await damageOf(folder)).toBeUndefined();
    expect(readdirSync(home.layout.snapshots)).toEqual(['noon']);
  });

  test('what is made from the data is not in it, and goes with it', async () => {
    home.write({ 'postgres/data/PG_VERSION': '15' });
    await storeAll();
    expect(dataFiles(home.layout).filter((path) => path.startsWith('postgres'))).toEqual([]);
    await putBack(folder, home.layout);
    expect(readdirSync(home.layout.postgres)).toEqual([]);
  });

  test('comes back as it was, whatever was changed, added and removed, and can come back again', async () => {
    await storeAll();
    for (const round of ['first', 'second']) {
      home.write({
        'lake/transactions/day=2025-03-02/history.parquet': `changed in place, ${round}`,
        'redis/redis-log/appendonlydir/appendonly.aof.2.incr.aof': 'more events',
        'state/world/run': '2',
        'state/actions.jsonl': `trail goes on, ${round}`,
      });
      await putBack(folder, home.layout);
      expect(await home.data()).toEqual(DATA);
    }
    expect(home.read('state/actions.jsonl')).toBe('trail goes on, second');
    for (const path of Object.keys(NOT_DATA)) expect(existsSync(join(home.layout.home, path))).toBe(true);
  });

  test('keeps symbolic links as they are', async () => {
    mkdirSync(join(home.layout.state, 'releases', '3fa9'), { recursive: true });
    const links = [join(home.layout.state, 'link'), join(home.layout.state, 'releases', '3fa9', 'link')];
    for (const link of links) symlinkSync('../registry', link);
    await storeAll();
    await putBack(folder, home.layout);
    expect(links.map((link) => readlinkSync(link))).toEqual(['../registry', '../registry']);
  });

  test('leaves unfinished files out', async () => {
    home.write({
      'lake/labels/day=2025-03-02/day.parquet.unfinished': 'half',
      'redis/redis-log/temp-rewriteaof-7.aof': 'half',
      'state/revisions.json.new': 'half',
    });
    expect(dataFiles(home.layout)).toEqual(Object.keys(DATA).sort());
  });

  test('an interrupted save leaves nothing', async () => {
    const failing = store(home.layout, folder, draft, async (copy) => {
      await copy();
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(readdirSync(home.layout.snapshots)).toEqual([]);
  });

  test.each([
    ['state/registry/registry.db', 'verzions', 'has another content'],
    ['state/registry/registry.db', 'cut', 'has another size'],
  ])('damage to %s is found', async (path, text, problem) => {
    await storeAll();
    writeFileSync(join(dataOf(folder), path), text);
    expect(await damageOf(folder)).toBe(`${path} ${problem}`);
  });

  test('a folder without a manifest is damaged', async () => {
    expect(await damageOf(folder)).toContain('ENOENT');
  });
});
