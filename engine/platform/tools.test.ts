import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findTools } from './tools.ts';

test('names every missing program and one command that installs them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-'));
  for (const name of ['redis-server', 'alertmanager']) {
    writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), 0o755);
  }
  expect(() => findTools(folder)).toThrow(/^prometheus not found; install with: .+ install .*prometheus$/);
  writeFileSync(join(folder, 'prometheus'), '');
  expect(() => findTools(folder)).toThrow('prometheus not found');
  chmodSync(join(folder, 'prometheus'), 0o755);
  expect(findTools(folder)).toEqual({
    redis: join(folder, 'redis-server'),
    prometheus: join(folder, 'prometheus'),
    alertmanager: join(folder, 'alertmanager'),
  });
});
