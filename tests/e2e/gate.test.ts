import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { surveyCatalogue } from '../../engine/catalogue.ts';
import type { GateDocument } from '../../engine/gate/document.ts';
import { planOf } from '../../engine/gate/plan.ts';
import { loadParts } from '../../engine/parts.ts';
import { DAY_MS } from '../../lib/kit/clock.ts';
import { DrillPlatform } from '../support/drill.ts';

// The whole gate takes more than an hour: ./drill validate --all --variants all. Here one variant of one incident goes
// through, another one every day. What is broken at the gate itself, or in the session, shows with any of them.
const SLUG = 'stale-online-features';

const platform = new DrillPlatform({ base: inject('drillBase'), home: inject('drillHome') });

/** The platform of the other tests leaves the machine to the gate's own. */
const rest = (paused: boolean) => platform.drill('settings', 'set', 'world', `traffic.paused=${paused}`);
beforeAll(async () => void (await rest(true)));
afterAll(async () => void (await rest(false)));

async function ofTheDay(): Promise<string> {
  const { entries, refused } = await surveyCatalogue(await loadParts());
  expect(refused).toEqual([]);
  const jobs = planOf(
    entries.filter(({ scenario }) => scenario.id === SLUG),
    'one',
    { rotate: Math.floor(Date.now() / DAY_MS) },
  );
  return jobs[0]!.variant;
}

test('platforms that have no place side by side are refused before one comes up', async () => {
  const ran = await platform.drill('validate', '--all', '--target', 'kubernetes', '--parallel', '2');
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toMatch(/platforms on kubernetes have no place side by side; leave --parallel out/);
});

test('the variant of the day goes through the gate', async () => {
  const variant = await ofTheDay();
  const ran = await platform.drill('validate', SLUG, '--variants', variant, '--json');
  expect(ran.stderr).toBe('');
  const document = JSON.parse(ran.stdout) as GateDocument;
  const failed = document.variants.flatMap(({ steps }) => steps.filter(({ outcome }) => outcome === 'fail'));
  expect({ variant, failed }).toEqual({ variant, failed: [] });
  expect({ passed: document.passed, code: ran.code }).toEqual({ passed: true, code: 0 });
}, 900_000);
