import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FILES, OVERLAY, ROOT, textOf } from './sources.ts';

/** A mistake is a few lines. More of the original that is missing is an original that moved on without its copy. */
const MOST = { added: 15, missing: 6 };

const overlays = FILES.filter((file) => OVERLAY.test(file));

/** Lines of `text` that are not in `other`, however often they come. */
function lacking(other: string, text: string): number {
  const known = new Set(other.split('\n'));
  return [...new Set(text.split('\n'))].filter((line) => !known.has(line)).length;
}

describe.each(overlays)('%s', (file) => {
  const original = file.replace(OVERLAY, '');
  const scenario = textOf(join(...file.split('/').slice(0, 2), 'scenario.ts'));

  test('replaces a file that exists, or is one the scenario says it adds', () => {
    expect(existsSync(join(ROOT, original)) || scenario.includes(`'${original}'`)).toBe(true);
  });

  test.runIf(existsSync(join(ROOT, original)))('differs from its original by the mistake alone', () => {
    expect(lacking(textOf(original), textOf(file))).toBeLessThanOrEqual(MOST.added);
    expect(lacking(textOf(file), textOf(original))).toBeLessThanOrEqual(MOST.missing);
  });
});

test('overlays are found', () => {
  expect(overlays.length).toBeGreaterThan(0);
});
