import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { DrillPlatform } from '../support/drill.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const platform = new DrillPlatform({ base: inject('drillBase'), home: inject('drillHome') });
const readme = await readFile(join(ROOT, 'README.md'), 'utf8');

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm)].flatMap(([, name, code]) =>
    name === language ? [code!] : [],
  );

/** The documents name the default ports; the platform under test has its own. */
const here = (command: string): string =>
  command
    .replace(/127\.0\.0\.1:4(\d{3})/g, (_, offset) => `127.0.0.1:${platform.base + Number(offset)}`)
    .replace(/redis-cli -p 4(\d{3})/g, (_, offset) => `redis-cli -p ${platform.base + Number(offset)}`);

const shell = (command: string) =>
  promisify(execFile)('sh', ['-ec', here(command)], { cwd: ROOT, env: platform.env, maxBuffer: 1 << 26 });

describe('the README', () => {
  it.each([...new Set([...readme.matchAll(/\.\/drill ([a-z]+)/g)].map(([, name]) => name!))])(
    'names a command that exists: %s',
    async (name) => {
      const help = await platform.drill(name, '--help');
      expect(help.stderr).toBe('');
      expect(help.code).toBe(0);
    },
  );

  const scoring = blocks(readme, 'sh').find((code) => code.includes('curl'))!;
  it('scores a transaction with the command it shows, in the shape it shows', async () => {
    const { stdout } = await shell(scoring);
    const shown = JSON.parse(blocks(readme, 'json')[0]!) as object;
    const shape = (value: object): string[] =>
      Object.entries(value).flatMap(([key, inner]) =>
        inner !== null && typeof inner === 'object' ? shape(inner).map((rest) => `${key}.${rest}`) : [key],
      );
    expect(shape(JSON.parse(stdout) as object).sort()).toEqual(shape(shown).sort());
  });

  it('shows no place holders', () => {
    expect(readme).not.toContain('@@');
  });
});
