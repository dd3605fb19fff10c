import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../lib/kit/logging.ts';
import { freePort } from '../../tests/support/ports.ts';
import { whyNoPostgres } from '../../tests/support/postgres.ts';
import { ProcessRecords } from '../targets/local/records.ts';
import { LocalTarget } from '../targets/local/target.ts';
import { Releases } from '../targets/releases.ts';
import { Revisions } from '../targets/revisions.ts';
import { layoutOf, makeFolders } from './layout.ts';
import { COLD_STORE_USER, findPostgres } from './postgres.ts';
import { openSecrets } from './secrets.ts';
import definition from './workloads/cold-store.ts';

describe('findPostgres', () => {
  function install(...names: string[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'versions-'));
    for (const name of names) {
      mkdirSync(join(folder, name, 'bin'), { recursive: true });
      for (const program of ['postgres', 'initdb']) {
        writeFileSync(join(folder, name, 'bin', program), '');
        chmodSync(join(folder, name, 'bin', program), 0o755);
      }
    }
    return folder;
  }

  test('takes that of the PATH, or else the newest the system keeps beside it', () => {
    const folder = install('9', '15', 'common');
    const kept = [{ in: folder, bin: /^\d+$/ }];
    expect(findPostgres('/nowhere', kept)).toBe(join(folder, '15', 'bin'));
    const own = join(install('own'), 'own', 'bin');
    expect(findPostgres(`/nowhere:${own}`, kept)).toBe(own);
  });

  test('says how to get one', () => {
    expect(() => findPostgres('/nowhere', [])).toThrow(/^postgres not found; install with: .+ postgresql/);
  });
});

describe.skipIf(whyNoPostgres())('the workload cold-store (skipped without PostgreSQL)', () => {
  async function open(check?: () => void) {
    const layout = layoutOf(mkdtempSync(join(tmpdir(), 'cold-')));
    makeFolders(layout);
    const secrets = openSecrets(layout.secrets);
    const port = await freePort();
    const { name, kind, readiness, replicas = 1, startsWithinMs = 0, launch } = definition;
    const target = new LocalTarget({
      specs: [
        {
          name,
          kind,
          readiness,
          port,
          maxReplicas: 1,
          startsWithinMs,
          follows: [],
          ...(check && { check }),
          launch: (replica) => launch({ layout, secrets } as never, replica),
        },
      ],
      logDir: layout.logs,
      records: new ProcessRecords(join(layout.run, 'processes')),
      revisions: new Revisions(join(layout.state, 'revisions.json'), () => '2025-03-03T00:00:00.000Z', {
        [name]: replicas,
      }),
      releases: new Releases(join(layout.state, 'releases'), layout.home),
      adminToken: 'token',
      logger: createLogger({ name: 'test', level: 'silent', revision: '1' }),
    });
    const url = (password = secrets['cold-store']) =>
      `postgres://${COLD_STORE_USER}:${password}@127.0.0.1:${port}/postgres`;
    return { target, layout, url };
  }

  test('does not run until it is given a replica; ends in order under clients; keeps what it had', async () => {
    const { target, layout, url } = await open();
    const client = new pg.Client(url());
    client.on('error', () => {});
    try {
      await target.start('cold-store');
      expect(await target.list()).toMatchObject([{ name: 'cold-store', desired: 0, replicas: [] }]);
      await target.scale('cold-store', 1);
      expect((await target.list())[0]!.replicas).toMatchObject([{ state: 'ready' }]);
      await client.connect();
      await client.query('CREATE TABLE kept AS SELECT 7 AS seven');
      const stranger = new pg.Client(url('wrong'));
      await expect(stranger.connect()).rejects.toThrow('password authentication failed');

      await target.scale('cold-store', 0);
      await target.scale('cold-store', 1);
      const again = new pg.Client(url());
      await again.connect();
      expect((await again.query('SELECT seven FROM kept')).rows).toEqual([{ seven: 7 }]);
      await again.end();
      const log = readFileSync(join(layout.logs, 'cold-store-0.log'), 'utf8');
      expect(log).toContain('received fast shutdown request');
      expect(log).not.toContain('not properly shut down');
    } finally {
      await client.end();
      await target.scale('cold-store', 0);
      target.close();
      rmSync(layout.home, { recursive: true, force: true });
    }
  }, 120_000);

  test('a machine that lacks it is told so, and nothing changes', async () => {
    const { target, layout } = await open(() => findPostgres('/nowhere', []) && undefined);
    try {
      await expect(target.scale('cold-store', 1)).rejects.toThrow('postgres not found');
      expect(await target.list()).toMatchObject([{ desired: 0, replicas: [] }]);
    } finally {
      target.close();
      rmSync(layout.home, { recursive: true, force: true });
    }
  });
});
