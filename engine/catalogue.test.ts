import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import base from '../scenarios/stale-online-features/scenario.ts';
import { loadCatalogue, surveyCatalogue } from './catalogue.ts';
import type { Scenario } from './contract/scenario.ts';
import { checkScenario } from './manifest.ts';
import { loadParts } from './parts.ts';

const parts = await loadParts();
const refusalOf = (change: (scenario: Scenario) => void): string => {
  // By way of JSON: a check that stands in two places must not change in both.
  const scenario = JSON.parse(JSON.stringify(base)) as typeof base;
  change(scenario);
  try {
    checkScenario(parts, scenario, 'stale-online-features');
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

describe('the catalogue', () => {
  it('finds and accepts every scenario in the folder', async () => {
    const catalogue = await loadCatalogue(parts);
    expect(catalogue.map(({ scenario }) => scenario.id)).toContain('stale-online-features');
  });

  it('hides the one to copy, and knows it by its name', async () => {
    const hidden = (await loadCatalogue(parts)).filter((entry) => entry.hidden);
    expect(hidden.map(({ scenario }) => scenario.id)).toEqual(['_template']);
  });

  it('looks at every scenario, however many it refuses', async () => {
    const root = mkdtempSync(join(tmpdir(), 'scenarios-'));
    const one = (slug: string, text: string) => {
      mkdirSync(join(root, slug));
      for (const name of ['README.md', 'DEBRIEF.md']) writeFileSync(join(root, slug, name), '# x');
      writeFileSync(join(root, slug, 'scenario.ts'), text);
    };
    const scenario = (id: string) => `export default ${JSON.stringify({ ...base, id })};`;
    one('first', scenario('first'));
    one('second', scenario('second'));
    one('third', scenario('fourth'));
    one('typo', 'export default {');
    const { entries, refused } = await surveyCatalogue(parts, pathToFileURL(`${root}/`));
    rmSync(root, { recursive: true });
    expect(entries.map(({ scenario }) => scenario.id)).toEqual(['first']);
    expect(refused.map(({ slug }) => slug).sort()).toEqual(['second', 'third', 'typo']);
    const told = (slug: string) => refused.find((one) => one.slug === slug)?.error.message;
    expect(told('second')).toBe(`scenarios/second/scenario.ts: number: ${base.number} is taken by first`);
    expect(told('third')).toContain('scenarios/third/scenario.ts: id: is fourth, but the folder is third');
    expect(told('typo')).toContain('scenarios/typo/scenario.ts: default export:');
  });

  it.each<[string, (scenario: Scenario) => void, string]>([
    [
      'an unknown field',
      (s) => Object.assign(s, { titel: 'x' }),
      'must NOT have additional properties (titel)',
    ],
    ['a missing field', (s) => Reflect.deleteProperty(s, 'causes'), "required property 'causes'"],
    [
      'an unknown fault',
      (s) => {
        s.variants.base!.disruptions[0]!.fault = 'relase';
      },
      'engine/faults/relase.ts',
    ],
    [
      'an argument the fault does not have',
      (s) => Object.assign(s.variants.base!.disruptions[0]!.with!, { wrokload: 1 }),
      'variants.base.disruptions.0: with must NOT have additional properties (wrokload)',
    ],
    [
      'an unknown probe',
      (s) => {
        s.symptoms[0]!.probe = 'alarm';
      },
      'symptoms.0.probe: there is no engine/probes/alarm.ts',
    ],
    [
      'two bounds',
      (s) => {
        s.steadyState[0]!.atMost = 1;
      },
      'steadyState.0: needs exactly one of atMost and atLeast',
    ],
    [
      'no bound',
      (s) => Reflect.deleteProperty(s.recovery.checks[0]!, 'atMost'),
      'recovery.checks.0: needs exactly one',
    ],
    [
      'a cause nobody can name',
      (s) => {
        s.variants.base!.cause = 'gremlins';
      },
      'variants.base.cause: gremlins',
    ],
    ['an unknown invariant', (s) => void s.invariants.push('weather'), 'engine/invariants/weather.ts'],
    [
      "a recovery that only asks the product's own metrics",
      (s) => {
        s.recovery.checks = [{ probe: 'alert', with: { name: 'X' }, atMost: 0, means: 'quiet' }];
      },
      "recovery.checks: needs one that does not trust the product's own metrics",
    ],
    [
      'an incident in which customers may be sent away',
      (s) => {
        s.invariants = ['silences'];
        s.redFlags = [];
      },
      'invariants: needs world',
    ],
    [
      'an impossible tolerance',
      (s) => {
        s.recovery.checks[2]!.atLeast = 1.5;
      },
      'recovery.checks.2: atLeast 1.5 cannot be: world lies between 0 and 1',
    ],
    [
      "a variant's own field",
      (s) => {
        s.variants.base!.symptoms = [{ probe: 'alarm', atLeast: 1, withinSeconds: 5, means: 'x' }];
      },
      'variants.base.symptoms.0.probe: there is no engine/probes/alarm.ts',
    ],
    [
      'a fault that is replayed with wrong arguments',
      (s) => {
        s.durability = { replay: [{ fault: 'release' }], holdSeconds: 5, withinSeconds: 5, means: 'x' };
      },
      'durability.replay.0',
    ],
    [
      'a query that is no PromQL',
      (s) => {
        s.symptoms[1] = {
          probe: 'promql',
          with: { query: 'sum(up' },
          atLeast: 1,
          withinSeconds: 5,
          means: 'x',
        };
      },
      'symptoms.1.with: the query ends too early',
    ],
    [
      'another folder',
      (s) => {
        s.id = 'other';
      },
      'id: is other, but the folder is stale-online-features',
    ],
    [
      'a red flag that matches nothing',
      (s) => void s.redFlags.push({ id: 'x', cost: 1, sentence: 'x' }),
      'redFlags.x: needs an action or an invariant',
    ],
  ])('refuses %s with file, field and reason', (_what, change, expected) => {
    const message = refusalOf(change);
    expect(message).toContain('scenarios/stale-online-features/scenario.ts: ');
    expect(message).toContain(expected);
  });
});
