import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Names an interpreter with scipy, for instance one of a virtual environment. */
const python = process.env.FIREDRILL_PYTHON ?? 'python3';
const script = new URL('./scipy_statistics.py', import.meta.url).pathname;
const checkedIn = new URL('./scipy_statistics.json', import.meta.url);

const installed = spawnSync(python, ['-c', 'import scipy'], { stdio: 'ignore' }).status === 0;
if (!installed) console.warn(`skipped: ${python} has no scipy; set FIREDRILL_PYTHON to one that has`);

test.skipIf(!installed)('scipy still says what lib/stats is compared with', { timeout: 120_000 }, () => {
  const run = spawnSync(python, [script], { encoding: 'utf8' });
  expect(run.status, run.stderr).toBe(0);
  const { scipy: now, ...values } = JSON.parse(run.stdout);
  const { scipy: then, ...known } = JSON.parse(readFileSync(checkedIn, 'utf8'));
  console.info(`scipy ${now}; the values were made with ${then}`);
  expectAlike(values, known, '');
});

/** The same structure and names; numbers to ten digits, which versions of scipy may differ in. */
function expectAlike(a: unknown, b: unknown, path: string): void {
  if (typeof a === 'number' && typeof b === 'number') {
    expect(Math.abs(a - b), path).toBeLessThanOrEqual(1e-10 * Math.abs(b) + 1e-15);
  } else if (a !== null && typeof a === 'object' && b !== null && typeof b === 'object') {
    expect(Object.keys(a), path).toEqual(Object.keys(b));
    for (const key of Object.keys(a)) expectAlike(a[key as never], b[key as never], `${path}/${key}`);
  } else {
    expect(a, path).toBe(b);
  }
}
