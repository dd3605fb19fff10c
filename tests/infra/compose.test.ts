import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import type { TProperties } from 'typebox';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadWorkloads } from '../../engine/platform/workloads.ts';
import { ClockConfig, PrepareConfig } from '../../infra/opening/config.ts';
import { PORT_OFFSETS, type PortName, portOf } from '../../lib/contract/ports.ts';
import { readConfig } from '../../lib/kit/config.ts';
import { ROOT } from '../architecture/sources.ts';
import { COMPOSE, composeService, entryOf, environmentOf, mountsOf, VOLUMES } from '../support/compose.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const workloads = await loadWorkloads();
const ours = COMPOSE.filter(([, service]) => entryOf(service) !== undefined);
const named = ours.map(([name, service]) => [name, service] as const);

/** The schema a program reads its environment by. */
async function schemaOf(entry: string): Promise<TProperties> {
  if (entry.startsWith('infra/opening/')) return entry.endsWith('clock.ts') ? ClockConfig : PrepareConfig;
  const module = (await import(join(ROOT, dirname(entry), 'config.ts'))) as Record<string, TProperties>;
  const schema = Object.values(module).find((value) => 'SERVICE_NAME' in value);
  if (schema === undefined) throw new Error(`${entry} has no schema of its environment`);
  return schema;
}

/** Workloads that have another name here: Kafka is in the place of Redis Streams. */
const RENAMED: Record<string, string> = { 'redis-log': 'event-log' };

// What runs only where a drill asks for it comes with the drills.
test('every workload that the local platform starts is a service of that name, with its port', () => {
  for (const { name } of workloads.filter(({ replicas = 1 }) => replicas > 0)) {
    const { ports = [] } = composeService(RENAMED[name] ?? name);
    expect(
      ports.some((port) => port.startsWith(`127.0.0.1:${portOf(name)}:`)),
      name,
    ).toBe(true);
  }
});

describe.each(named)('%s', (name, service) => {
  const entry = entryOf(service)!;
  const environment = environmentOf(service);

  test('runs a program that exists', () => {
    expect(existsSync(join(ROOT, entry))).toBe(true);
  });

  test('gets every variable it needs and none it does not know', async () => {
    const schema = await schemaOf(entry);
    expect(() => readConfig(schema, environment)).not.toThrow();
    expect(Object.keys(environment).filter((variable) => !(variable in schema))).toEqual([]);
  });

  test('knows itself by the name and port others know', () => {
    if (environment.PORT === undefined) return;
    expect(environment.SERVICE_NAME).toBe(name);
    expect(Number(environment.PORT)).toBe(portOf(name as PortName));
  });

  test('is pointed at services that are there, on the ports they have', () => {
    const hosts = [
      ...Object.values(environment)
        .join(' ')
        .matchAll(/\b(\w+):\/\/([\w-]+):(\d+)/g),
    ];
    for (const [url, scheme, host, port] of hosts) {
      const listening =
        scheme === 'http'
          ? [environmentOf(composeService(host!)).PORT]
          : proxies.map(({ listen }) => listen.split(':')[1]);
      expect(listening, url).toContain(port);
    }
  });

  test('writes only into volumes that the image has a folder for', () => {
    const folders = [environment.STATE_DIR, environment.ARTIFACTS_DIR, environment.LAKE_DIR];
    const mounted = mountsOf(service);
    for (const folder of folders.filter((path) => path !== undefined)) {
      expect(mounted).toContainEqual(expect.objectContaining({ to: folder, readOnly: false }));
    }
    for (const { from, to } of mounted) {
      expect(VOLUMES).toContain(from);
      const [, top, state] = to.split('/');
      expect(dockerfile).toMatch(
        state === undefined ? new RegExp(`mkdir -p .*/${top}\\b`) : /"\/state\/\$service"/,
      );
      if (state !== undefined) expect(dockerfile).toMatch(new RegExp(`for service in .*\\b${state}\\b`));
    }
  });
});

const dockerfile = read('Dockerfile');
const proxies = parse(read('infra/compose/toxiproxy.json')) as { listen: string; upstream: string }[];

describe.each(COMPOSE)('container %s', (_name, service) => {
  test('is no root, cannot write to its image, and can gain no rights', () => {
    expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toContain('no-new-privileges:true');
  });

  test('is published on loopback only', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:4\d{3}:\d+$/);
  });

  test('says whether it is healthy, or ends', () => {
    const ends = COMPOSE.some(([, { depends_on = {} }]) =>
      Object.entries(depends_on).some(
        ([other, { condition }]) =>
          composeService(other) === service && condition === 'service_completed_successfully',
      ),
    );
    const own = service.healthcheck?.test !== undefined;
    const ofImage = service.healthcheck === undefined && service.image.startsWith('firedrill:');
    expect(
      own || (ofImage && dockerfile.includes('HEALTHCHECK')) || ends || service.profiles?.includes('load'),
    ).toBe(true);
  });

  test('has an image of a version', () => {
    if (!service.image.startsWith('firedrill:')) expect(service.image).toMatch(/:v?\d[\w.-]*$/);
  });
});

test('ports are those of lib/contract/ports.ts, each used once', () => {
  const published = COMPOSE.flatMap(([, { ports = [] }]) => ports.map((port) => Number(port.split(':')[1])));
  const known = Object.values(PORT_OFFSETS).map((offset) => 4000 + offset);
  expect(published.filter((port) => !known.includes(port as never))).toEqual([]);
  expect(new Set(published).size).toBe(published.length);
});

test("Toxiproxy's API, which asks nobody who they are, is published nowhere", () => {
  const { command = [], ports = [] } = composeService('toxiproxy');
  const port = command.find((argument) => argument.startsWith('-port='))!.slice('-port='.length);
  expect(ports).not.toHaveLength(0);
  expect(ports.map((mapping) => mapping.split(':')[2])).not.toContain(port);
});

test('services reach their stores through the proxy only', () => {
  const stores = COMPOSE.filter(([, { networks }]) => networks?.includes('stores')).map(([name]) => name);
  for (const { upstream } of proxies) expect(stores).toContain(upstream.split(':')[0]);
  for (const [name, service] of ours.filter(([name]) => name !== 'toxiproxy')) {
    expect(service.networks, name).toEqual(['bank']);
  }
});

test('the token of the truth is made by prepare and read by the world alone', () => {
  const holders = COMPOSE.filter(([, service]) => mountsOf(service).some(({ from }) => from === 'truth'));
  expect(holders.map(([name]) => name).sort()).toEqual(['prepare', 'world']);
});

describe('Prometheus', () => {
  const config = parse(read('infra/compose/prometheus.yml')) as {
    global: Record<string, string>;
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };

  test('scrapes every workload that can be, under its name, every two seconds', () => {
    const scraped = workloads.filter((workload) => workload.scraped).map(({ name }) => name);
    expect(config.scrape_configs.map(({ job_name }) => job_name).sort()).toEqual(scraped.sort());
    expect(config.global).toMatchObject({ scrape_interval: '2s', evaluation_interval: '2s' });
  });

  test('finds each of them where it listens', () => {
    for (const { job_name, static_configs } of config.scrape_configs) {
      const [host, port] = static_configs[0]!.targets[0]!.split(':');
      const service = composeService(job_name);
      expect([job_name, '127.0.0.1']).toContain(host);
      const published = service.ports?.map((mapping) => mapping.split(':')[2]);
      expect(published, job_name).toContain(port);
    }
  });

  test('has the rules that the rest of the project tests', () => {
    expect(composeService('prometheus').volumes).toContain(
      './infra/prometheus/rules:/etc/prometheus/rules:ro',
    );
  });
});

describe('the event log on Redis', () => {
  const override = parse(read('infra/compose/redis-log.yml')) as {
    services: Record<string, { command?: string[] }>;
  };
  const { command = [] } = override.services['event-log']!;
  const port = command[command.indexOf('--port') + 1]!;

  test('listens where people and the proxy look for it', () => {
    const listening = parse(read('infra/compose/toxiproxy-redis-log.json')) as typeof proxies;
    expect(listening.map(({ listen }) => listen)).toEqual(proxies.map(({ listen }) => listen));
    expect(listening.map(({ upstream }) => upstream)).toContain(`event-log:${port}`);
    expect(composeService('event-log').ports!.map((mapping) => mapping.split(':')[2])).toEqual([port]);
  });

  test('is durable', () => {
    expect(command.join(' ')).toContain('--appendonly yes --appendfsync always');
    expect(command.join(' ')).toContain('--maxmemory-policy noeviction');
  });

  test('is switched on by files that exist, for addresses that exist', () => {
    const values = parseEnv(read('infra/compose/redis-log.env'));
    for (const file of values.COMPOSE_FILE!.split(':')) expect(existsSync(join(ROOT, file)), file).toBe(true);
    const { hostname, port } = new URL(values.EVENT_LOG_URL!);
    expect(hostname).toBe('toxiproxy');
    expect(proxies.map(({ listen }) => listen.split(':')[1])).toContain(port);
  });
});

test('every file and folder that is mounted exists', () => {
  const files = COMPOSE.flatMap(([, service]) => mountsOf(service))
    .map(({ from }) => from)
    .filter((from) => from.startsWith('./'));
  expect(files).not.toHaveLength(0);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});
