import { expect, test } from 'vitest';
import { PORT_OFFSETS } from '../../lib/contract/ports.ts';
import { FILES, SOURCES, textOf } from './sources.ts';

const LONGEST = 350;

const services = [
  ...new Set(FILES.flatMap((file) => /^services\/([^/]+)\/main\.ts$/.exec(file)?.[1] ?? [])),
].sort();

test('no source file is longer than a person reads in one go', () => {
  const long = SOURCES.map((file) => [file, textOf(file).split('\n').length] as const)
    .filter(([, lines]) => lines > LONGEST)
    .map(([file, lines]) => `${file}: ${lines} lines`);
  expect(long).toEqual([]);
});

test('every service explains itself in a README and has app.ts and config.ts beside a thin main.ts', () => {
  expect(services.length).toBeGreaterThan(0);
  const missing = services.flatMap((service) =>
    ['README.md', 'app.ts', 'config.ts']
      .map((name) => `services/${service}/${name}`)
      .filter((file) => !FILES.includes(file)),
  );
  expect(missing).toEqual([]);
  const thick = services.filter((service) => textOf(`services/${service}/main.ts`).split('\n').length > 20);
  expect(thick).toEqual([]);
});

test('no two parts of the platform share a port, and parallel platforms cannot collide', () => {
  const offsets = Object.values(PORT_OFFSETS) as number[];
  expect(new Set(offsets).size).toBe(offsets.length);
  expect(Math.max(...offsets)).toBeLessThan(1_000);
});

/** Paths of one person's machine, and registries only that machine knows. */
const LOCAL = [
  /(?<![\w.-])\/(work|root|home\/\w+|Users\/\w+)\/[\w.-]/,
  /(?<![\w.-])\/tmp\/[\w.-]/,
  /"resolved":\s*"https?:\/\/(?!registry\.npmjs\.org\/)/,
  /\bregistry\s*=\s*https?:/,
];

const localIn = (text: string): string | undefined =>
  LOCAL.map((pattern) => pattern.exec(text)?.[0]).find((found) => found !== undefined);

test('nothing in the repository belongs to one machine', () => {
  const found = FILES.filter((file) => !file.startsWith('tests/architecture/') && isText(file)).flatMap(
    (file) => {
      const local = localIn(textOf(file));
      return local === undefined ? [] : [`${file}: ${local}`];
    },
  );
  expect(found).toEqual([]);
});

test('what belongs to one machine is recognised', () => {
  expect(localIn("readFile('/work/main/x')")).toBe('/work/m');
  expect(localIn('cd /home/ada/firedrill')).toBe('/home/ada/f');
  expect(localIn('"resolved": "https://npm.example.com/a.tgz"')).toBeDefined();
  expect(localIn('registry=https://npm.example.com/')).toBeDefined();
  expect(
    localIn('"resolved": "https://registry.npmjs.org/a.tgz" and /v1/workloads, ./tmp/x'),
  ).toBeUndefined();
});

const isText = (file: string) =>
  /\.(ts|json|md|ya?ml|sh|sql|toml|proto|npmrc)$|(^|\/)(drill|run|\.npmrc)$/.test(file);
