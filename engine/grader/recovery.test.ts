import { describe, expect, it } from 'vitest';
import type { Scenario } from '../contract/scenario.ts';
import type { Outcome } from '../session/checks.ts';
import type { Sample } from '../session/sampler.ts';
import { heldForMs, recoveryLines, worst } from './recovery.ts';

const sample = (at: number, ...outcomes: Outcome[]): Sample => ({
  at,
  readings: outcomes.map((outcome) => ({ outcome, value: 1, detail: `${outcome} at ${at}` })),
});
const every2s = (...outcomes: Outcome[]) => outcomes.map((outcome, i) => sample(i * 2_000, outcome));

const recovery: Scenario['recovery'] = {
  holdSeconds: 4,
  minimumRequests: 100,
  checks: [{ probe: 'alert', atMost: 0, means: 'nobody is paged' }],
};

describe('how long a recovery has held', () => {
  it('is the time since the last sample that did not pass', () => {
    expect(heldForMs(every2s('pass', 'fail', 'pass', 'pass', 'pass'))).toBe(4_000);
  });
  it('is nothing when the newest sample fails or has no data', () => {
    expect(heldForMs(every2s('pass', 'pass', 'fail'))).toBe(0);
    expect(heldForMs(every2s('pass', 'pass', 'inconclusive'))).toBe(0);
    expect(heldForMs([])).toBe(0);
  });
  it('does not reach over a time nobody looked at', () => {
    expect(heldForMs([sample(0, 'pass'), sample(20_000, 'pass'), sample(22_000, 'pass')])).toBe(2_000);
  });
  it('begins anew when what is wrong was taken away past the bank', () => {
    const [first, second, ...later] = every2s('pass', 'pass', 'pass', 'pass');
    expect(heldForMs([first!, { ...second!, tampered: true }, ...later])).toBe(2_000);
  });
  it('needs every check at once', () => {
    expect(heldForMs([sample(0, 'pass', 'fail'), sample(2_000, 'pass', 'pass')])).toBe(0);
  });
});

describe('lines of a recovery', () => {
  it('show the failing reading of the window, not the last good one', () => {
    const [line] = recoveryLines(recovery, every2s('pass', 'fail', 'pass'), 500);
    expect(line).toMatchObject({ outcome: 'fail', observed: 'fail at 2000', threshold: 'at most 0 for 4 s' });
  });
  it('are inconclusive without samples', () => {
    expect(recoveryLines(recovery, [], 500)[0]).toMatchObject({
      outcome: 'inconclusive',
      observed: 'no samples',
    });
  });
  it.each([
    [undefined, 'inconclusive'],
    [99, 'inconclusive'],
    [100, 'pass'],
  ] as const)('with %s requests in the window are %s about the traffic', (requests, outcome) => {
    expect(recoveryLines(recovery, every2s('pass'), requests).at(-1)).toMatchObject({ outcome });
  });
});

it('a failure outweighs missing data, and missing data a pass', () => {
  expect(worst(['pass', 'inconclusive', 'fail'])).toBe('fail');
  expect(worst(['pass', 'inconclusive'])).toBe('inconclusive');
  expect(worst(['pass'])).toBe('pass');
  expect(worst([])).toBe('inconclusive');
});
