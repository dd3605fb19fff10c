import { expect, test } from 'vitest';
import { importsOf, isTest, roomOf, SOURCES, textOf } from './sources.ts';

/** Where each room may look. `lib <- services`, `lib <- engine <- scenarios, cli`. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  lib: [],
  services: ['lib'],
  engine: ['lib'],
  scenarios: ['engine'],
  cli: ['lib', 'engine'],
  infra: ['lib'],
};

/** Why `file` may not import `target`, or undefined when it may. */
function objection(file: string, target: string): string | undefined {
  const from = roomOf(file);
  const to = roomOf(target);
  const allowed = MAY_IMPORT[from.room];
  if (to.room === 'tests') {
    return isTest(file) || allowed === undefined ? undefined : 'a product file imports from tests/';
  }
  // A test may look at a real incident to try the machinery on it.
  if (isTest(file) && from.room === 'engine' && to.room === 'scenarios') return undefined;
  if (allowed === undefined || to.room === from.room) {
    if (from.unit !== to.unit && from.room === 'services') return `a service imports another: ${to.unit}`;
    // What incidents have in common lies beside their folders.
    if (from.unit !== to.unit && from.room === 'scenarios' && !to.unit?.endsWith('.ts'))
      return `a scenario imports another: ${to.unit}`;
    return undefined;
  }
  if (!allowed.includes(to.room)) return `${from.room} may import ${allowed.join(', ') || 'nothing of ours'}`;
  return undefined;
}

test('imports run one way', () => {
  const broken = SOURCES.flatMap((file) =>
    importsOf(textOf(file), file).flatMap((target) => {
      const why = objection(file, target);
      return why === undefined ? [] : [`${file} -> ${target}: ${why}`];
    }),
  );
  expect(broken).toEqual([]);
});

/** Files that import each other, directly or over others: each a list, in the order in which they do. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

test('no file imports one that imports it, types included', () => {
  const imports = new Map(SOURCES.map((file) => [file, importsOf(textOf(file), file)]));
  expect(circles(imports)).toEqual([]);
  expect(
    circles(
      new Map([
        ['a', ['b']],
        ['b', ['c', 'd']],
        ['c', []],
        ['d', ['b']],
      ]),
    ),
  ).toEqual([['b', 'd', 'b']]);
});

test('scenarios reach the engine through its scenario API only', () => {
  const broken = SOURCES.filter((file) => file.startsWith('scenarios/') && !isTest(file)).flatMap((file) =>
    importsOf(textOf(file), file)
      .filter((target) => target.startsWith('engine/') && !target.startsWith('engine/contract/'))
      .map((target) => `${file} -> ${target}`),
  );
  expect(broken).toEqual([]);
});

test('an import written in any way is seen', () => {
  const text = `
    import { a } from '../../lib/a.ts';
    import type { b } from '../registry/b.ts';
    export * from './c.ts';
    const d = await import('../../engine/d.ts');
    import './e.ts';
    spawn(new URL('./job.ts', import.meta.url));
    import x from 'fastify';`;
  expect(importsOf(text, 'services/gateway/app.ts')).toEqual([
    'lib/a.ts',
    'services/registry/b.ts',
    'services/gateway/c.ts',
    'engine/d.ts',
    'services/gateway/e.ts',
    'services/gateway/job.ts',
  ]);
});

test.each([
  ['services/gateway/app.ts', 'services/registry/app.ts', 'a service imports another: registry'],
  ['services/gateway/app.ts', 'engine/app.ts', 'services may import lib'],
  ['lib/kit/http.ts', 'services/gateway/app.ts', 'lib may import nothing of ours'],
  ['engine/app.ts', 'services/gateway/app.ts', 'engine may import lib'],
  ['engine/app.ts', 'scenarios/a/scenario.ts', 'engine may import lib'],
  ['scenarios/a/scenario.ts', 'scenarios/b/scenario.ts', 'a scenario imports another: b'],
  ['scenarios/a/scenario.ts', 'scenarios/usual.ts', undefined],
  ['scenarios/usual.ts', 'scenarios/a/scenario.ts', 'a scenario imports another: a'],
  ['lib/kit/http.ts', 'tests/support/redis.ts', 'a product file imports from tests/'],
  ['loadtests/bench/score.ts', 'tests/support/redis.ts', undefined],
  ['engine/catalogue.test.ts', 'scenarios/a/scenario.ts', undefined],
  ['lib/kit/http.test.ts', 'tests/support/redis.ts', undefined],
  ['services/gateway/app.ts', 'lib/kit/http.ts', undefined],
  ['services/gateway/app.ts', 'services/gateway/routes/score.ts', undefined],
  ['cli/main.ts', 'engine/app.ts', undefined],
  ['infra/opening/clock.ts', 'engine/app.ts', 'infra may import lib'],
  ['infra/opening/clock.ts', 'lib/kit/clock.ts', undefined],
])('%s importing %s: %s', (file, target, why) => {
  expect(objection(file, target)).toBe(why);
});

test('ONNX Runtime is loaded where its telemetry is switched off', () => {
  const direct = SOURCES.filter((file) => /['"]onnxruntime-node['"]/.test(textOf(file)));
  expect(direct.filter((file) => file !== 'tests/architecture/imports.test.ts')).toEqual([
    'lib/kit/onnx/runtime.ts',
  ]);
});
