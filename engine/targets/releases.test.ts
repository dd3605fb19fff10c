import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diffTrees } from './diff.ts';
import { Releases } from './releases.ts';
import { BUILT_IN } from './target.ts';

let home: string;
let releases: Releases;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'releases-'));
  write('repository', {
    'package.json': '{}',
    'lib/a.ts': 'export const a = 1;\n',
    'services/x/main.ts': 'one\ntwo\nthree\n',
    'services/x/main.test.ts': 'a test\n',
    'engine/main.ts': 'not released\n',
    'node_modules/p/index.js': '',
  });
  releases = new Releases(join(home, 'state', 'releases'), join(home, 'repository'));
});
afterEach(() => rmSync(home, { recursive: true }));

function write(folder: string, files: Record<string, string>): string {
  for (const [path, content] of Object.entries(files)) {
    const to = join(home, folder, path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, content);
  }
  return join(home, folder);
}
const overlay = () => write('overlay', { 'services/x/main.ts': 'one\n2\nthree\n' });

describe('a release', () => {
  test('is a whole tree: what services run on, with the files of the overlay over it', async () => {
    const root = releases.rootOf(await releases.build(overlay()));
    expect(readdirSync(root).sort()).toEqual(['lib', 'node_modules', 'package.json', 'services']);
    expect(readdirSync(join(root, 'services', 'x'))).toEqual(['main.ts']);
    expect(readFileSync(join(root, 'services/x/main.ts'), 'utf8')).toBe('one\n2\nthree\n');
    expect(readFileSync(join(root, 'lib/a.ts'), 'utf8')).toBe('export const a = 1;\n');
    expect(readdirSync(join(root, 'node_modules'))).toEqual(['p']);
  });

  test('is named by its content: the same twice is one, another is another', async () => {
    const first = await releases.build(overlay());
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    expect(await releases.build(write('copy', { 'services/x/main.ts': 'one\n2\nthree\n' }))).toBe(first);
    expect(await releases.build(write('other', { 'lib/a.ts': 'export const a = 2;\n' }))).not.toBe(first);
    expect(readdirSync(join(home, 'state', 'releases'))).toHaveLength(2);
  });

  test('outlives its overlay and goes when no revision names it', async () => {
    const code = await releases.build(overlay());
    rmSync(join(home, 'overlay'), { recursive: true });
    await releases.prune(new Set([BUILT_IN, code]));
    expect(readFileSync(join(releases.rootOf(code), 'services/x/main.ts'), 'utf8')).toContain('2');
    await releases.prune(new Set([BUILT_IN]));
    expect(() => releases.rootOf(code)).toThrow(`the source of release ${code} is no longer there`);
    expect(releases.rootOf(BUILT_IN)).toBe(join(home, 'repository'));
  });
});

describe('an overlay is refused', () => {
  const refused = (files: Record<string, string>, adds?: string[]) =>
    expect(releases.build(write('wrong', files), adds)).rejects;

  test('when nothing would import its file, unless that is meant to be new', async () => {
    const files = { 'services/x/mian.ts': '' };
    await refused(files).toMatchObject({
      code: 'TARGET_OVERLAY_UNKNOWN_FILE',
      field: 'overlay',
      message: expect.stringContaining('services/x/mian.ts'),
    });
    const code = await releases.build(join(home, 'wrong'), ['services/x/mian.ts']);
    expect(readdirSync(join(releases.rootOf(code), 'services/x'))).toEqual(['main.ts', 'mian.ts']);
  });

  test.each(['engine/main.ts', 'services/x/main.test.ts', 'README.md'])(
    'when %s lies in it',
    async (path) => {
      await refused({ [path]: '' }).toMatchObject({ code: 'TARGET_OVERLAY_NOT_SOURCE' });
    },
  );

  test('when it points out of itself', async () => {
    mkdirSync(join(home, 'linked', 'lib'), { recursive: true });
    symlinkSync('/etc/hostname', join(home, 'linked', 'lib', 'a.ts'));
    await expect(releases.build(join(home, 'linked'))).rejects.toMatchObject({
      code: 'TARGET_OVERLAY_NOT_SOURCE',
    });
  });

  test('when it is not there, is empty, or names as new what is not', async () => {
    await expect(releases.build(join(home, 'nowhere'))).rejects.toMatchObject({
      code: 'TARGET_OVERLAY_MISSING',
    });
    mkdirSync(join(home, 'empty'));
    await expect(releases.build(join(home, 'empty'))).rejects.toMatchObject({ code: 'TARGET_OVERLAY_EMPTY' });
    await refused({ 'lib/a.ts': '' }, ['lib/a.ts']).toMatchObject({ code: 'TARGET_OVERLAY_NOT_NEW' });
    expect(readdirSync(home)).not.toContain('state');
  });
});

test('two trees differ by what services run on, as a unified diff', async () => {
  const files = { 'services/x/main.ts': 'one\n2\nthree\n', 'lib/b.ts': 'new\n' };
  const code = await releases.build(write('overlay', files), ['lib/b.ts']);
  const forth = await diffTrees(releases.rootOf(BUILT_IN), releases.rootOf(code));
  expect(forth.files).toEqual(['lib/b.ts', 'services/x/main.ts']);
  expect(forth.patch).toContain(
    ['--- a/services/x/main.ts', '+++ b/services/x/main.ts', '@@ -1,3 +1,3 @@', ' one', '-two', '+2'].join(
      '\n',
    ),
  );
  expect(forth.patch).toContain(['--- /dev/null', '+++ b/lib/b.ts', '@@ -0,0 +1 @@', '+new'].join('\n'));
  const back = await diffTrees(releases.rootOf(code), releases.rootOf(BUILT_IN));
  expect(back.patch).toContain('+++ /dev/null');
  expect(await diffTrees(releases.rootOf(code), releases.rootOf(code))).toEqual({ files: [], patch: '' });
});
