import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../../lib/kit/logging.ts';
import { Releases } from '../releases.ts';
import { Revisions } from '../revisions.ts';
import { ProcessRecords } from './records.ts';
import type { ProcessSpec } from './spec.ts';
import { LocalTarget, type LocalTargetOptions } from './target.ts';

/** `count` consecutive ports nobody listens on right now. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(first + i)));
    if (free.every(Boolean)) return first;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/**
 * A service as small as can be: ready at /readyz, tells its environment and its greeting at /, crashes where CRASH is
 * set, has something to do half of the time where BUSY is, and takes SLOW_MS to begin.
 */
const SERVICE = `
  if (process.env.CRASH) { console.error('CRASHED: ' + process.env.CRASH); process.exit(1); }
  if (process.env.BUSY) setInterval(() => { const end = Date.now() + 100; while (Date.now() < end); }, 200);
  let settings = JSON.parse(process.env.SETTINGS);
  const child = require('node:child_process').spawn('sleep', ['600']);
  const server = require('node:http').createServer((request, response) => {
    if (request.method === 'PATCH') {
      request.on('data', (body) => { settings = { ...settings, ...JSON.parse(body) }; });
      request.on('end', () => response.end(JSON.stringify({ settings })));
    } else if (request.url === '/v1/settings') response.end(JSON.stringify({ settings }));
    else response.end(JSON.stringify({ ...process.env, greeting: require('../../lib/greeting.js'), pid: process.pid, child: child.pid }));
  });
  setTimeout(
    () => server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening')),
    Number(process.env.SLOW_MS ?? 0),
  );
`;

/** A repository with that service, and nothing else. */
function writeRepository(root: string): void {
  const files = {
    'package.json': '{ "type": "commonjs" }',
    'lib/greeting.js': "module.exports = 'hello';\n",
    'services/small/main.js': SERVICE,
    'services/small/main.test.ts': '// tests are not released\n',
    'docs/README.md': 'neither are documents\n',
  };
  for (const folder of ['lib', 'services/small', 'docs', 'node_modules']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), content);
}

/**
 * @param names workloads, each the same small service; `replica` and `ask` look at the first one
 * @param elsewhere what stands for workloads whose replicas are not the target's own
 */
export async function testTarget(
  names: readonly string[] = ['small'],
  elsewhere?: LocalTargetOptions['elsewhere'],
) {
  const folder = mkdtempSync(join(tmpdir(), 'target-'));
  const repository = join(folder, 'repository');
  writeRepository(repository);
  const port = await freePorts(4 * names.length);
  const specs = names.map(
    (name, i): ProcessSpec => ({
      name,
      kind: 'service',
      port: port + 4 * i,
      maxReplicas: 3,
      readiness: { http: '/readyz' },
      startsWithinMs: 20_000,
      follows: [],
      launch: ({ port: own, revision, root }) => ({
        command: process.execPath,
        args: ['services/small/main.js'],
        cwd: root,
        env: {
          PATH: process.env.PATH ?? '',
          PORT: String(own),
          SETTINGS: JSON.stringify(revision.settings),
          ...revision.environment,
        },
      }),
    }),
  );
  const records = new ProcessRecords(join(folder, 'processes'));
  const revisions = new Revisions(join(folder, 'revisions.json'), () => '2025-03-03T00:00:00.000Z');
  const target = new LocalTarget({
    specs,
    logDir: join(folder, 'logs'),
    records,
    revisions,
    releases: new Releases(join(folder, 'releases'), repository),
    adminToken: 'token',
    ...(elsewhere && { elsewhere }),
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  const replica = async (index = 0) => (await target.list())[0]!.replicas[index]!;
  const ask = async (index = 0): Promise<Record<string, string>> =>
    (await (await fetch(`http://127.0.0.1:${port + index}/`)).json()) as Record<string, string>;
  return { target, records, revisions, folder, repository, port, replica, ask };
}
