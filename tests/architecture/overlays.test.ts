import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FILES, OVERLAY, ROOT, textOf } from './sources.ts';

/** Lines of an overlay that its original does not have. A mistake is a few lines; more is an original that moved on. */
const MOST_LINES = 15;

const overlays = FILES.filter((file) => OVERLAY.test(file));

/** Lines of `text` that are not in `original`, however often they come; and the other way round. */
function changed(text: string, original: string): number {
  const known = new Set(original.split('\n'));
  const own = new Set(text.split('\n'));
  return (
    [...own].filter((line) => !known.has(line)).length + [...known].filter((line) => !own.has(line)).length
  );
}

describe.each(overlays)('%s', (file) => {
  const original = file.replace(OVERLAY, '');
  const scenario = textOf(join(...file.split('/').slice(0, 2), 'scenario.ts'));

  test('replaces a file that exists, or is one the scenario says it adds', () => {
    expect(existsSync(join(ROOT, original)) || scenario.includes(`'${original}'`)).toBe(true);
  });

  test.runIf(existsSync(join(ROOT, original)))('differs from its original by the mistake alone', () => {
    expect(changed(textOf(file), textOf(original))).toBeLessThanOrEqual(MOST_LINES);
  });
});

test('overlays are found', () => {
  expect(overlays.length).toBeGreaterThan(0);
});
