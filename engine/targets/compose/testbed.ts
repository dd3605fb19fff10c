import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freeBases } from '../../gate/bases.ts';
import { Releases } from '../releases.ts';
import { Revisions } from '../revisions.ts';
import { tryDocker } from './docker.ts';
import { ComposeProject } from './project.ts';
import { DATA_VOLUMES, writeOverride } from './release.ts';
import { ComposeTarget } from './target.ts';

const IMAGE = 'node:24-slim';
const TAG = 'testbed';

/** Why tests with real containers cannot run here; undefined when they can. */
export async function noDocker(): Promise<string | undefined> {
  const { code, stderr } = await tryDocker(['compose', 'ls']);
  if (code !== 0) return `Docker or its Compose does not answer: ${stderr.trim().split('\n')[0]}`;
  const there = await tryDocker(['image', 'inspect', IMAGE]);
  const pulled = there.code === 0 ? there : await tryDocker(['pull', '--quiet', IMAGE]);
  return pulled.code === 0 ? undefined : `${IMAGE} is not here and cannot be pulled`;
}

/** A service as small as can be: ready at /readyz, tells its environment at /, crashes where CRASH is set. */
const SERVICE = `
  if (process.env.CRASH) { console.error('CRASHED: ' + process.env.CRASH); process.exit(1); }
  let settings = JSON.parse(process.env.SETTINGS);
  process.once('SIGTERM', () => process.exit(0));
  require('node:http').createServer((request, response) => {
    if (request.method === 'PATCH') {
      request.on('data', (body) => { settings = { ...settings, ...JSON.parse(body) }; });
      request.on('end', () => response.end(JSON.stringify({ settings })));
    } else if (request.url === '/v1/settings') response.end(JSON.stringify({ settings }));
    else response.end(JSON.stringify({ ...process.env, greeting: require('../../lib/greeting.js') }));
  }).listen(4000, '0.0.0.0', () => console.log('listening'));
`;

const small = {
  image: IMAGE,
  init: true,
  restart: 'unless-stopped',
  working_dir: '/app',
  command: ['node', '--env-file-if-exists=/release/release.env', 'services/small/main.js'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose fills it in
  ports: ['127.0.0.1:${DRILL_PORTS}000:4000'],
  volumes: [
    './services:/app/services:ro',
    './lib:/app/lib:ro',
    './package.json:/app/package.json:ro',
    'lake:/lake',
  ],
};

/** A repository with that service, and a Compose file of it. */
function writeRepository(root: string): void {
  const document = {
    services: { small, prometheus: { image: IMAGE, command: ['sleep', '600'] } },
    volumes: Object.fromEntries([...DATA_VOLUMES, 'platform', 'truth'].map((name) => [name, null])),
  };
  const files = {
    'docker-compose.yml': stringify(document),
    'infra/compose/redis-log.yml': 'services: {}\n',
    'infra/compose/prometheus.yml': 'global: {}\n',
    'package.json': '{ "type": "commonjs" }',
    'lib/greeting.js': "module.exports = 'hello';\n",
    'services/small/main.js': SERVICE,
  };
  for (const folder of ['lib', 'services/small', 'infra/compose', 'node_modules', 'home/compose']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), content);
}

/** One workload, `small`, on real containers; `ask` is answered by it. */
export async function testTarget() {
  const root = mkdtempSync(join(tmpdir(), 'compose-target-'));
  writeRepository(root);
  execFileSync('docker', ['tag', IMAGE, `firedrill:${TAG}`]);
  process.env.FIREDRILL_TAG = TAG;
  const [base = 0] = await freeBases(1, 40_000);
  const project = new ComposeProject({ root, folder: join(root, 'home/compose'), base, daySeconds: 60 });
  const revisions = new Revisions(join(root, 'home/revisions.json'), () => '2025-03-03T00:00:00.000Z');
  const releases = new Releases(join(root, 'home/releases'), root);
  const queryLog = join(root, 'home/looks');
  const write = () =>
    writeOverride({ project, services: ['small'], revisions, releases, queryLog, proxyToken: 'token' });
  const target = new ComposeTarget({
    project,
    specs: [
      {
        name: 'small',
        service: 'small',
        kind: 'service',
        port: base,
        readiness: { http: '/readyz' },
        startsWithinMs: 60_000,
      },
    ],
    revisions,
    releases,
    write,
    adminToken: 'token',
  });
  write();
  await project.compose(['up', '--no-start']);
  const ask = async (): Promise<Record<string, string>> =>
    (await (await fetch(`http://127.0.0.1:${base}/`)).json()) as Record<string, string>;
  const close = async () => {
    target.halt();
    await project.remove({ volumes: true });
    await tryDocker(['image', 'rm', `firedrill:${TAG}`]);
    rmSync(root, { recursive: true });
  };
  return { target, project, root, ask, close };
}
