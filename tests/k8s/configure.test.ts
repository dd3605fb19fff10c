import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../lib/kit/config.ts';
import { Config } from '../../services/world/config.ts';
import { Checkout, KUSTOMIZE } from './render.ts';

const FILES = ['everywhere/admin.env', 'everywhere/clock.env', 'bank/truth.env', 'bank/grafana.env'];

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => checkout.remove());

const file = (name: string) => join(checkout.folder, 'k8s/settings', name);
const read = (name: string) => readFileSync(file(name), 'utf8');
const secretOf = (name: string) => read(name).trim().split('=')[1]!;

test('tokens are made once, for the owner alone, each another; the opening is set anew', () => {
  const before = Date.now();
  expect(checkout.configure('5')).toMatchObject({ status: 0, stderr: '' });
  const first = FILES.map(read);
  for (const name of FILES) expect(statSync(file(name)).mode & 0o077, name).toBe(0);
  expect(new Set(FILES.map(secretOf)).size).toBe(FILES.length);
  const opens = Number(secretOf('everywhere/clock.env'));
  expect(opens).toBeGreaterThan(before + 4 * 60_000);
  expect(opens).toBeLessThanOrEqual(Date.now() + 5 * 60_000);

  checkout.configure('60');
  const second = FILES.map(read);
  expect(second.filter((text, i) => text !== first[i])).toEqual([read('everywhere/clock.env')]);
});

test('the tokens are what services accept', () => {
  checkout.configure();
  const config = readConfig(
    { ADMIN_TOKEN: Config.ADMIN_TOKEN, WORLD_TRUTH_TOKEN: Config.WORLD_TRUTH_TOKEN },
    {
      ADMIN_TOKEN: secretOf('everywhere/admin.env'),
      WORLD_TRUTH_TOKEN: secretOf('bank/truth.env'),
    },
  );
  expect(config.ADMIN_TOKEN).toMatch(/^[0-9a-f]{48}$/);
});

test('an example stands beside every file', () => {
  checkout.configure();
  for (const name of FILES) {
    const variable = (text: string) => text.replace(/^#.*\n/gm, '').split('=')[0];
    expect(variable(read(`${name}.example`)), name).toBe(variable(read(name)));
  }
});

test('something else than minutes is refused', () => {
  expect(checkout.configure('soon')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("'soon' is not a number of minutes"),
  });
});

test.skipIf(!KUSTOMIZE)('without it kustomize says which file is missing', () => {
  expect(() => checkout.render('k8s/overlays/kind')).toThrow(/\.env/);
});
