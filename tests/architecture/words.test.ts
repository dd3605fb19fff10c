import { expect, test } from 'vitest';
import { METRICS } from '../../lib/contract/metrics.ts';
import { FILES, isTest, SOURCES, textOf } from './sources.ts';

/** What ships in services/ knows nothing of exercises: they come from outside. */
const FORBIDDEN = /drill|scenario|\bfault|faulty|chaos|sabotage|inject/gi;

/**
 * Allowed around the words: the product's name in metrics, its launcher and state folder in a README, the day length's variable,
 * Fastify's test client, and plain English for what an error names.
 */
const ALLOWED = [/firedrill/gi, /\.\/?drill\b/g, /DRILL_[A-Z_]+/g, /\.inject\(/g, /\bat fault\b/g];

const forbiddenIn = (text: string): string[] =>
  ALLOWED.reduce((rest, allowed) => rest.replace(allowed, ''), text).match(FORBIDDEN) ?? [];

test('services mention no exercise', () => {
  const found = FILES.filter((file) => file.startsWith('services/')).flatMap((file) =>
    forbiddenIn(`${file}\n${textOf(file)}`).map((word) => `${file}: ${word}`),
  );
  expect(found).toEqual([]);
});

test('the list catches what it should and spares what it must', () => {
  expect(forbiddenIn('if (drillRunning) injectFault()')).toEqual(['drill', 'inject']);
  expect(forbiddenIn('a Scenario of chaos, a fault')).toEqual(['Scenario', 'chaos', 'fault']);
  expect(
    forbiddenIn(
      'firedrill_up ./drill up .drill/secrets DRILL_DAY_SECONDS app.inject({}) the default, the field at fault',
    ),
  ).toEqual([]);
});

const metricsOf = (text: string): string[] => text.match(/\bfiredrill_[a-z0-9_]+/g) ?? [];
const registered = (name: string) => name in METRICS || name.replace(/_(bucket|count|sum)$/, '') in METRICS;

test('every metric named in a source or a README is registered', () => {
  const places = FILES.filter((file) => /^(lib|services|engine|cli|scenarios)\/.*\.(ts|md|yaml)$/.test(file));
  const unknown = places.flatMap((file) =>
    metricsOf(textOf(file)).flatMap((name) => (registered(name) ? [] : [`${file}: ${name}`])),
  );
  expect(unknown).toEqual([]);
});

test('every registered metric of ours is used', () => {
  const used = new Set(
    SOURCES.filter((file) => file !== 'lib/contract/metrics.ts' && !isTest(file)).flatMap((file) =>
      metricsOf(textOf(file)),
    ),
  );
  const unused = Object.keys(METRICS).filter((name) => name.startsWith('firedrill_') && !used.has(name));
  expect(unused).toEqual([]);
});

test('nobody uses fetch, which refuses ports that a platform may have: lib/kit/call.ts does not', () => {
  const users = SOURCES.filter(
    (file) =>
      /^(lib|services|engine|cli|scenarios)\//.test(file) && !isTest(file) && !file.endsWith('testbed.ts'),
  ).filter((file) => /(?<![#.\w])fetch\(/.test(textOf(file)));
  expect(users).toEqual([]);
});
