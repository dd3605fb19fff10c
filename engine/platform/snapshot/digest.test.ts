import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { digestOfSources } from './digest.ts';

const FOLDERS = [
  'services/world',
  'services/features/definitions',
  'services/pipeline',
  'services/registry',
  'services/gateway',
  'lib/kit',
  'engine/platform',
];
const PARAMETERS = { DRILL_DAY_SECONDS: '60', WORLD_SEED: 'seed' };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sources-'));
  for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, 'lib/kit/clock.ts'), 'export {}');
});

test('the same sources and parameters have the same digest, wherever they lie', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'sources-'));
  cpSync(root, elsewhere, { recursive: true });
  const reordered = { WORLD_SEED: 'seed', DRILL_DAY_SECONDS: '60' };
  expect(await digestOfSources(elsewhere, reordered)).toBe(await digestOfSources(root, PARAMETERS));
});

test.each([
  'services/world/config.ts',
  'services/features/definitions/fraud.yaml',
  'services/pipeline/train.ts',
  'services/registry/001.sql',
  'lib/kit/clock.ts',
  'package-lock.json',
  'engine/platform/prepare.ts',
])('another %s is another digest', async (file) => {
  const before = await digestOfSources(root, PARAMETERS);
  writeFileSync(join(root, file), 'changed');
  expect(await digestOfSources(root, PARAMETERS)).not.toBe(before);
});

test.each(['services/gateway/app.ts', 'lib/kit/clock.test.ts', 'services/world/README.md'])(
  'another %s makes no difference',
  async (file) => {
    const before = await digestOfSources(root, PARAMETERS);
    writeFileSync(join(root, file), 'changed');
    expect(await digestOfSources(root, PARAMETERS)).toBe(before);
  },
);

test('another seed or day is another digest', async () => {
  const digests = await Promise.all(
    [PARAMETERS, { ...PARAMETERS, WORLD_SEED: 's' }, { ...PARAMETERS, DRILL_DAY_SECONDS: '6' }].map(
      (parameters) => digestOfSources(root, parameters),
    ),
  );
  expect(new Set(digests).size).toBe(3);
});
