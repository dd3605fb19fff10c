import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findProfile, loadProfiles } from './profiles.ts';
import { chooseRunner } from './runners.ts';

const folder = mkdtempSync(join(tmpdir(), 'runners-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with one program that prints `says`, to be all there is on the PATH. */
function only(name: string, says: string, status = 0): string {
  const path = mkdtempSync(join(folder, 'path-'));
  writeFileSync(join(path, name), `#!/bin/sh\necho '${says}'\nexit ${status}\n`);
  chmodSync(join(path, name), 0o755);
  return path;
}

const told = { GATEWAY_URL: 'http://127.0.0.1:4000', SUMMARY_FILE: '/somewhere/summary.json' };
const profile = findProfile('smoke');

describe('who runs a profile', () => {
  test('the k6 that $K6 names', () => {
    const K6 = join(only('mine', 'k6 v9.8.7 (go1.0, linux/amd64)'), 'mine');
    const runner = chooseRunner({ env: { PATH: '', K6 } });
    expect(runner).toMatchObject({ name: 'k6', version: 'v9.8.7' });
    const { command, args } = runner.invoke(profile, told);
    expect(command).toBe(K6);
    expect(args).toEqual(expect.arrayContaining(['run', '--env', 'SUMMARY_FILE=/somewhere/summary.json']));
    expect(args.at(-1)).toBe(profile.file);
  });

  test('else the k6 on the PATH', () => {
    const runner = chooseRunner({ env: { PATH: only('k6', 'k6 v1.2.3 (x)') } });
    expect(runner).toMatchObject({ name: 'k6', version: 'v1.2.3' });
  });

  test('else its container, when Docker answers', () => {
    const runner = chooseRunner({ env: { PATH: only('docker', '28.0.0') } });
    expect(runner.name).toBe('container');
    const { command, args } = runner.invoke(profile, told);
    expect(command).toBe('docker');
    expect(args).toEqual(
      expect.arrayContaining([
        '--volume',
        '/somewhere:/summary',
        '--env',
        'SUMMARY_FILE=/summary/summary.json',
      ]),
    );
    expect(args.slice(args.indexOf('grafana/k6'))[1]).toBe('run');
    expect(args.at(-1)).toBe('/loadtests/smoke.js');
  });

  test('else ourselves, also when Docker is a client without a server', () => {
    expect(chooseRunner({ env: { PATH: only('docker', 'cannot connect', 1) } }).name).toBe('built-in');
    expect(chooseRunner({ env: { PATH: '' } }).name).toBe('built-in');
  });

  test('a $K6 that does not run is refused, not passed over', () => {
    expect(() => chooseRunner({ env: { PATH: '', K6: '/nowhere/k6' } })).toThrow('K6 is /nowhere/k6');
  });
});

describe('profiles', () => {
  test('are the scripts in loadtests/, each saying in its first line what it is for', () => {
    const profiles = loadProfiles();
    expect(profiles.length).toBeGreaterThan(0);
    for (const { name, description } of profiles) expect(description, name).toMatch(/^\S.{20,}[.?]$/);
  });

  test('one that is copied is there', () => {
    const copies = mkdtempSync(join(folder, 'profiles-'));
    writeFileSync(join(copies, 'lunch.js'), '/**\n * Everybody eats\n * at noon.\n */\nexport default 1;\n');
    writeFileSync(join(copies, 'README.md'), '');
    expect(loadProfiles(copies)).toEqual([
      { name: 'lunch', description: 'Everybody eats at noon.', file: join(copies, 'lunch.js') },
    ]);
  });

  test('one that is not there is answered with those that are', () => {
    expect(() => findProfile('nosuch')).toThrow(
      /there is no load profile nosuch; there are: .*baseline, .*spike/,
    );
  });
});
