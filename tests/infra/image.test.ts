import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { FILES, importsOf, SOURCES, textOf } from '../architecture/sources.ts';

/** What .dockerignore leaves out of the rooms it lets in. */
const LEFT_OUT = /(\.test|(^|\/)fixtures|(^|\/)testbed)\.ts$/;
const SHIPPED = SOURCES.filter(
  (file) => /^(lib|services|infra\/opening)\//.test(file) && !LEFT_OUT.test(file),
);

test('nothing that ships imports what stays behind', () => {
  expect(SHIPPED.length).toBeGreaterThan(100);
  const shipped = new Set(SHIPPED);
  const missing = SHIPPED.flatMap((file) =>
    importsOf(textOf(file), file).flatMap((target) =>
      shipped.has(target) || !target.endsWith('.ts') ? [] : [`${file} -> ${target}`],
    ),
  );
  expect(missing).toEqual([]);
});

test('.dockerignore lets in by name, so that nothing new can slip in', () => {
  const lines = textOf('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines[0]).toBe('*');
  const rooms = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  expect(rooms).not.toContain('engine');
  expect(rooms).not.toContain('scenarios');
  expect(rooms.filter((room) => !FILES.some((file) => file === room || file.startsWith(`${room}/`)))).toEqual(
    [],
  );
});

const IMAGE = process.env.FIREDRILL_IMAGE ?? 'firedrill:latest';
const docker = (...args: string[]) => spawnSync('docker', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
const present = docker('image', 'inspect', IMAGE).status === 0;

describe.skipIf(!present)(`the image ${IMAGE} (skipped where Docker has none: docker compose build)`, () => {
  const inspected = present
    ? (JSON.parse(docker('image', 'inspect', IMAGE).stdout)[0] as {
        Architecture: string;
        Config: { User: string; Env: string[]; Healthcheck?: object; Labels: Record<string, string> };
      })
    : undefined;
  const listed = present
    ? docker(
        ...'run --rm --network none --user 0 --entrypoint find'.split(' '),
        IMAGE,
        '/',
        '-xdev',
        '-type',
        'f',
      )
    : undefined;
  const files = listed?.stdout.split('\n').filter((file) => file !== '') ?? [];
  const app = files.filter((file) => file.startsWith('/app/'));

  test('its files could be listed', () => {
    expect(listed!.status, listed!.stderr).toBe(0);
    expect(app.length).toBeGreaterThan(100);
  });

  test('is no root, is checked for health, and says what it is', () => {
    expect(inspected!.Config.User).toMatch(/^[1-9]\d*(:\d+)?$/);
    expect(inspected!.Config.Healthcheck).toBeDefined();
    expect(inspected!.Config.Labels).toHaveProperty(['org.opencontainers.image.title']);
  });

  test('has every source that ships, and nothing else of the repository', () => {
    const own = app
      .map((file) => file.slice('/app/'.length))
      .filter((file) => !file.startsWith('node_modules/'));
    const expected = FILES.filter(
      (file) =>
        /^(lib\/|services\/|infra\/opening\/|infra\/docker\/healthy$|package\.json$|LICENSE$)/.test(file) &&
        !LEFT_OUT.test(file),
    );
    expect(own.sort()).toEqual(expected.sort());
  });

  test('has no secret in its files or its environment', () => {
    const secrets = files.filter((file) => /(\.env|\.pem|\.key|id_rsa|\.npmrc|token)$/.test(file));
    const ours = secrets.filter((file) => /^\/(app\/(?!node_modules)|platform|truth|root|home)/.test(file));
    expect(ours).toEqual([]);
    expect(
      inspected!.Config.Env.filter((variable) => /token|secret|password|registry/i.test(variable)),
    ).toEqual([]);
    expect(files.filter((file) => /^\/(state|lake|artifacts|platform|truth)\//.test(file))).toEqual([]);
  });

  test('has ONNX Runtime for its own platform alone', () => {
    const libraries = app.filter((file) => /onnxruntime-node\/bin\//.test(file));
    const own = inspected!.Architecture === 'amd64' ? 'x64' : inspected!.Architecture;
    expect(libraries).not.toHaveLength(0);
    expect(libraries.filter((file) => !file.includes(`/linux/${own}/`))).toEqual([]);
    expect(libraries.filter((file) => /cuda|tensorrt|directml/i.test(file))).toEqual([]);
  });

  test('has no package that only develops', () => {
    const names = ['typescript', 'vitest', '@biomejs', 'node'];
    const found = names.filter((name) => app.some((file) => file.startsWith(`/app/node_modules/${name}/`)));
    expect(found).toEqual([]);
  });
});
