import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArtifactCache } from './artifacts.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'artifacts-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const folder = () => join(home, 'artifacts', 'sha256');
/** A source of one text that counts how often it is asked. */
const source = (text: string) => {
  const asked: string[] = [];
  const fetch = async (digest: string) => {
    asked.push(digest);
    return Buffer.from(text);
  };
  return { asked, fetch };
};
const never = async (): Promise<Uint8Array> => {
  throw new Error('nobody should ask');
};

test('is fetched once and then comes from disk, also after a restart', async () => {
  const { asked, fetch } = source('model');
  const digest = digestOf('model');
  expect(String(await new ArtifactCache(home).get(digest, fetch))).toBe('model');
  expect(String(await new ArtifactCache(home).get(digest, never))).toBe('model');
  expect(asked).toEqual([digest]);
});

test('bytes that are not what the digest names are refused and not kept', async () => {
  const { fetch } = source('something else');
  const wanted = new ArtifactCache(home).get(digestOf('model'), fetch);
  await expect(wanted).rejects.toMatchObject({ code: 'MODEL_DIGEST_MISMATCH' });
  expect(readdirSync(home)).toEqual([]);
});

test('a file that rotted on disk is fetched again', async () => {
  const cache = new ArtifactCache(home);
  const digest = digestOf('model');
  await cache.get(digest, source('model').fetch);
  writeFileSync(join(folder(), digest.slice(7)), 'rot');
  const { asked, fetch } = source('model');
  expect(String(await cache.get(digest, fetch))).toBe('model');
  expect(asked).toHaveLength(1);
});

test('only the newest few are kept', async () => {
  const cache = new ArtifactCache(home);
  for (let i = 0; i < 9; i++) await cache.get(digestOf(`model ${i}`), source(`model ${i}`).fetch);
  expect(readdirSync(folder())).toHaveLength(5);
  await cache.get(digestOf('model 8'), never);
});
