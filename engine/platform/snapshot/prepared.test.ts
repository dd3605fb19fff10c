import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../lib/kit/logging.ts';
import { dataOf } from './manifest.ts';
import { PreparedData } from './prepared.ts';
import { DATA, TestHome } from './testbed.ts';

const BUSINESS_MS = Date.UTC(2025, 2, 3, 0, 0, 30);
const DIGEST = 'd1';

describe('PreparedData', () => {
  let folder: string;
  let warnings: object[];
  let prepared: PreparedData;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'cache-')), 'prepared');
    warnings = [];
    const quiet = createLogger({ name: 'test', level: 'silent' });
    prepared = new PreparedData(folder, {
      info: quiet.info.bind(quiet),
      warn: (what: object) => void warnings.push(what),
    } as typeof quiet);
  });
  const keep = (digest: string) => prepared.keep(digest, new TestHome().write(DATA).layout, BUSINESS_MS);
  /** What a new platform gets: its data and the time it was told. */
  const take = async (digest: string) => {
    const home = new TestHome();
    let toldMs: number | undefined;
    const taken = await prepared.take(digest, home.layout, (businessMs) => {
      toldMs = businessMs;
    });
    return { taken, toldMs, data: await home.data() };
  };

  test('gives a new platform what another one kept, and the time it was of', async () => {
    await keep(DIGEST);
    expect(await take(DIGEST)).toEqual({ taken: true, toldMs: BUSINESS_MS, data: DATA });
    expect(await take(DIGEST)).toEqual({ taken: true, toldMs: BUSINESS_MS, data: DATA });
    expect(warnings).toEqual([]);
  });

  test('has nothing under another digest', async () => {
    await keep(DIGEST);
    expect(await take('d2')).toEqual({ taken: false, toldMs: undefined, data: {} });
  });

  test.each([
    [
      'a changed file',
      () => writeFileSync(join(dataOf(join(folder, DIGEST)), 'artifacts/sha256/aa'), 'modem'),
    ],
    ['a missing file', () => rmSync(join(dataOf(join(folder, DIGEST)), 'alertmanager/silences'))],
    ['half a manifest', () => writeFileSync(join(folder, DIGEST, 'manifest.json'), '{"format":1')],
    [
      'a manifest of another format',
      () => writeFileSync(join(folder, DIGEST, 'manifest.json'), '{"format":9}'),
    ],
  ])('an entry with %s is thrown away with a word, and can be kept anew', async (_what, damage) => {
    await keep(DIGEST);
    damage();
    expect(await take(DIGEST)).toEqual({ taken: false, toldMs: undefined, data: {} });
    expect(warnings).toHaveLength(1);
    await keep(DIGEST);
    expect((await take(DIGEST)).taken).toBe(true);
  });

  test('of two that keep the same at the same time both go on, and one entry stays', async () => {
    await Promise.all([keep(DIGEST), keep(DIGEST), keep(DIGEST)]);
    expect(readdirSync(folder)).toEqual([DIGEST]);
    expect(warnings).toEqual([]);
    expect((await take(DIGEST)).taken).toBe(true);
  });

  test('keeps the three used last', async () => {
    for (const [i, digest] of ['d1', 'd2', 'd3'].entries()) {
      await keep(digest);
      utimesSync(join(folder, digest), i + 1, i + 1);
    }
    await take('d1');
    await keep('d4');
    expect(readdirSync(folder).sort()).toEqual(['d1', 'd3', 'd4']);
  });

  test('clears away what a process that died was writing, and not what is being written', async () => {
    for (const name of ['.draft-old', '.draft-young']) mkdirSync(join(folder, name), { recursive: true });
    utimesSync(join(folder, '.draft-old'), 1, 1);
    await keep(DIGEST);
    expect(readdirSync(folder).sort()).toEqual(['.draft-young', DIGEST]);
  });

  test('a folder that cannot be written costs a word, not the start', async () => {
    writeFileSync(join(folder, '..', 'prepared'), 'in the way');
    await keep(DIGEST);
    expect(warnings).toHaveLength(1);
  });
});
