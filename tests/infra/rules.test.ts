import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FOREIGN, metricsIn, registered } from '../support/promql.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RULES = `${ROOT}infra/prometheus/rules/`;
const TESTS = `${ROOT}infra/prometheus/tests/`;
const RUNBOOKS = `${ROOT}docs/runbooks/`;

interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
interface RuleFile {
  groups: { name: string; rules: Rule[] }[];
}

const files = readdirSync(RULES).filter((name) => name.endsWith('.yml'));
const rules = files.flatMap((name) =>
  (parse(readFileSync(RULES + name, 'utf8')) as RuleFile).groups.flatMap((group) => group.rules),
);
const alerts = rules.filter((rule) => rule.alert !== undefined);
const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
const kebab = (name: string) => name.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();

const installed = (tool: string) => spawnSync(tool, ['--version']).error === undefined;
const run = (tool: string, args: string[], cwd = ROOT) => {
  const { status, stdout, stderr } = spawnSync(tool, args, { cwd, encoding: 'utf8' });
  return { status, output: stdout + stderr };
};
const passes = { status: 0, output: expect.stringContaining('SUCCESS') };

describe.skipIf(!installed('promtool'))('promtool (skipped where it is not installed)', () => {
  test('every rule file and expression parses', () => {
    expect(run('promtool', ['check', 'rules', ...files.map((name) => RULES + name)])).toEqual(passes);
  });

  test.each(readdirSync(TESTS))('unit tests in %s', (name) => {
    expect(run('promtool', ['test', 'rules', name], TESTS)).toEqual(passes);
  });
});

test.skipIf(!installed('amtool'))('the Alertmanager configuration is valid (skipped without amtool)', () => {
  expect(run('amtool', ['check-config', 'infra/alertmanager/alertmanager.yml'])).toEqual(passes);
});

interface Expectation {
  alertname: string;
  exp_alerts: unknown[];
}
const expectations = readdirSync(TESTS).flatMap((name) =>
  (
    parse(readFileSync(TESTS + name, 'utf8')) as { tests: { alert_rule_test: Expectation[] }[] }
  ).tests.flatMap(({ alert_rule_test }) => alert_rule_test),
);

describe.each(alerts.map((rule) => [rule.alert!, rule] as const))('alert %s', (name, rule) => {
  test('has a test in which it fires and one in which it does not', () => {
    const own = expectations.filter(({ alertname }) => alertname === name);
    expect(own.filter(({ exp_alerts }) => exp_alerts.length > 0)).not.toHaveLength(0);
    expect(own.filter(({ exp_alerts }) => exp_alerts.length === 0)).not.toHaveLength(0);
  });

  test('has a severity, a summary and its runbook', () => {
    expect(rule.labels?.severity).toMatch(/^(page|ticket)$/);
    expect(rule.annotations?.summary).toMatch(/\.$/);
    expect(rule.annotations?.runbook).toBe(`docs/runbooks/${kebab(name)}.md`);
  });

  test('has a runbook that answers what somebody woken up asks', () => {
    const text = readFileSync(`${RUNBOOKS}${kebab(name)}.md`, 'utf8');
    expect(text.split('\n')[0]).toBe(`# ${name}`);
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'What it means',
      'How bad it is',
      'First looks',
      'Usual causes',
      'What not to do',
      'When it is over',
    ]);
  });
});

test('alert names are unique, and every runbook belongs to an alert', () => {
  const names = alerts.map(({ alert }) => kebab(alert!));
  expect(new Set(names).size).toBe(names.length);
  expect(
    readdirSync(RUNBOOKS)
      .filter((file) => file !== 'README.md')
      .sort(),
  ).toEqual(names.map((name) => `${name}.md`).sort());
});

test('every metric in a rule is registered, recorded or foreign', () => {
  for (const { expr, alert, record } of rules) {
    for (const name of metricsIn(expr)) {
      const known = registered(name) || recorded.has(name) || FOREIGN.test(name);
      expect(known, `${alert ?? record} uses ${name}`).toBe(true);
    }
  }
});

test('every metric of ours in a runbook is registered or recorded', () => {
  for (const file of readdirSync(RUNBOOKS)) {
    const names = readFileSync(RUNBOOKS + file, 'utf8').match(/\b(firedrill|http_server)_[a-z0-9_]+/g) ?? [];
    for (const name of names) expect(registered(name), `${file} uses ${name}`).toBe(true);
  }
});

test('the names in an expression are found', () => {
  expect(metricsIn('sum by (job) (rate(a_total{b="c_d"}[10s])) / x:y:z and on (model) up offset 5s')).toEqual(
    ['a_total', 'x:y:z', 'up'],
  );
});
