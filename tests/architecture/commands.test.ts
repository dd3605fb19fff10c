import { basename, dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { SOURCES, textOf } from './sources.ts';

/** These start something that takes far longer than loading a library, or read scenarios, whose schema needs one. */
const MAY_TAKE_A_MOMENT = ['bench', 'brief', 'list', 'load', 'test', 'up', 'validate'];

const IMPORT = /^(?:import|export)\s+(?!type\b)(?:(\{[^}]*\}|[^'{;]*?(?:\{[^}]*\})?)\s*from\s+)?'([^']+)'/gm;

/** Packages that are loaded with a file: by its own imports and those of what it imports. Types and `import()` are not. */
function packagesWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const packages = new Set<string>();
  for (const [, names = '', from] of textOf(file).matchAll(IMPORT)) {
    if (/^\{(\s*type\s+\w+\s*,?)+\s*\}$/.test(names) || from!.startsWith('node:')) continue;
    if (!from!.startsWith('.')) packages.add(from!);
    else for (const one of packagesWith(normalize(join(dirname(file), from!)), seen)) packages.add(one);
  }
  return packages;
}

const commands = SOURCES.filter(
  (file) => /^cli\/commands\/\w+\.ts$/.test(file) && !file.endsWith('.test.ts'),
);

test.each(commands.filter((file) => !MAY_TAKE_A_MOMENT.includes(basename(file, '.ts'))))(
  '%s answers at once: it loads nothing but the command line itself',
  (file) => {
    const packages = new Set([...packagesWith('cli/main.ts'), ...packagesWith(file)]);
    expect([...packages]).toEqual(['commander']);
  },
);

test('packages of the others are seen', () => {
  expect([...packagesWith('cli/commands/up.ts')]).toContain('typebox');
});
