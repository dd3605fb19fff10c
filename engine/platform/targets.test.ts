import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { layoutOf } from './layout.ts';
import { loadTarget, rememberTarget, targetNames, targetOf } from './targets.ts';

function home() {
  const folder = mkdtempSync(join(tmpdir(), 'targets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return layoutOf(folder);
}

const kinds = await Promise.all(targetNames().map(loadTarget));

test('every file of the folder is a target', async () => {
  expect(targetNames()).toEqual(['compose', 'kubernetes', 'local']);
  for (const kind of kinds) {
    expect(Object.keys(kind).sort()).toEqual(['check', 'clean', 'cores', 'open']);
    expect(kind.cores).toBeGreaterThan(0);
  }
  await expect(loadTarget('moon')).rejects.toThrow(
    'there is no target moon; there are: compose, kubernetes, local',
  );
});

test('a home stays on the target it was made for', () => {
  const layout = home();
  expect(targetOf(layout, '')).toBe('local');
  expect(targetOf(layout, 'compose')).toBe('compose');
  rememberTarget(layout, { target: 'compose', base: 25_000 });
  expect(targetOf(layout, '')).toBe('compose');
  expect(() => targetOf(layout, 'local')).toThrow(/is that of target compose; for local set DRILL_HOME/);
});
