import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../../platform/layout.ts';
import { recordChange } from '../record.ts';
import { Releases } from '../releases.ts';
import { Revisions } from '../revisions.ts';
import { ComposeProject } from './project.ts';
import { DATA_VOLUMES, quoted, writeOverride } from './release.ts';

interface Override {
  services: Record<string, { environment?: Record<string, string>; volumes: string[] }>;
}

describe('what Compose and the containers are told of a revision', () => {
  let home: string;
  let project: ComposeProject;
  let revisions: Revisions;
  let releases: Releases;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'compose-'));
    mkdirSync(join(home, 'compose'));
    project = new ComposeProject({ root: ROOT, folder: join(home, 'compose'), base: 25_000, daySeconds: 60 });
    revisions = new Revisions(join(home, 'revisions.json'), () => '2025-03-03T00:00:00.000Z');
    releases = new Releases(join(home, 'releases'), ROOT);
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const write = (): Override => {
    const queryLog = join(home, 'looks');
    writeOverride({
      project,
      services: ['gateway', 'features'],
      revisions,
      releases,
      queryLog,
      proxyToken: 'of the engine',
    });
    return parse(readFileSync(project.override, 'utf8')) as Override;
  };
  const release = (name: string) =>
    parseEnv(readFileSync(join(project.folder, 'releases', name, 'release.env'), 'utf8'));

  test('settings are in a file that every start of the container reads', () => {
    revisions.add('gateway', { actor: 'ada', settings: { 'limit.note': `it's "half", $HOME` } });
    const { services } = write();
    expect(JSON.parse(release('gateway').SETTINGS!)).toEqual({ 'limit.note': `it's "half", $HOME` });
    expect(release('gateway').REVISION).toBe('2');
    expect(services.gateway?.volumes).toEqual([`${project.folder}/releases/gateway:/release:ro`]);
    expect(release('features')).toEqual({ REVISION: '1', CODE_DIGEST: 'built in', SETTINGS: '{}' });
  });

  test("Toxiproxy's guard has the token from a file, so that neither Compose nor docker inspect shows it", () => {
    const { services } = write();
    const file = join(project.folder, 'toxiproxy-api.env');
    expect(parseEnv(readFileSync(file, 'utf8'))).toEqual({ TOKEN: 'of the engine' });
    expect(services['toxiproxy-api']?.volumes).toContain(`${file}:/guard/guard.env:ro`);
    expect(readFileSync(project.override, 'utf8')).not.toContain('of the engine');
  });

  test('environment is part of the container, and Compose puts nothing into it', () => {
    revisions.add('features', { actor: 'ada', environment: { FEATURE_VIEW: 'fraud@2', NOTE: '$HOME' } });
    expect(write().services.features?.environment).toEqual({ FEATURE_VIEW: 'fraud@2', NOTE: '$$HOME' });
  });

  test('code that was released lies over that of the image', async () => {
    const overlay = join(home, 'overlay');
    mkdirSync(join(overlay, 'services/gateway'), { recursive: true });
    writeFileSync(join(overlay, 'services/gateway/app.ts'), '// another one');
    const { code } = await recordChange('gateway', { revisions, releases }, { actor: 'ada', overlay });
    const root = join(home, 'releases', code);
    expect(write().services.gateway?.volumes.slice(1)).toEqual([
      `${root}/lib:/app/lib:ro`,
      `${root}/services:/app/services:ro`,
      `${root}/package.json:/app/package.json:ro`,
    ]);
    expect(write().services.features?.volumes).toHaveLength(1);
  });

  test('Prometheus keeps its rules and writes down what it is asked', () => {
    write();
    const [plain, ours] = [join(ROOT, 'infra/compose'), project.folder].map(
      (folder) => parse(readFileSync(join(folder, 'prometheus.yml'), 'utf8')) as { global: object },
    );
    expect(ours).toEqual({ ...plain, global: { ...plain?.global, query_log_file: '/looks/queries.log' } });
  });
});

test('every volume of the bank is data, or can be had again', () => {
  const files = ['docker-compose.yml', 'infra/compose/redis-log.yml'];
  const volumes = files.flatMap((file) =>
    Object.keys((parse(readFileSync(join(ROOT, file), 'utf8')) as { volumes: object }).volumes),
  );
  // Tokens and the clock are not brought back; Kafka's log is not used; Prometheus keeps what it has seen.
  const others = ['platform', 'truth', 'event-log', 'prometheus'];
  expect([...DATA_VOLUMES, ...others].sort()).toEqual(volumes.sort());
});

test('a value that Node could not read again is refused by name', () => {
  expect(parseEnv(`A=${quoted('A', `it's`)}`)).toEqual({ A: `it's` });
  expect(() => quoted('NOTE', "a ' and a `")).toThrow(/^NOTE holds both/);
});

test('ports that docker-compose.yml cannot publish are refused', () => {
  const make = () => new ComposeProject({ root: ROOT, folder: '/tmp', base: 25_500, daySeconds: 60 });
  expect(make).toThrow(/DRILL_PORT_BASE is 25500; take a multiple of 1000/);
});
