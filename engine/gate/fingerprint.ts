import type { PortName } from '../../lib/contract/ports.ts';
import { connectRedis, redisReady } from '../../lib/kit/redis.ts';
import type { ProxyState } from '../proxy/client.ts';
import type { Revision, Workload } from '../targets/target.ts';
import type { DrillPlatform } from './platform.ts';

/** Everything about a platform that an incident must leave as it was, as one flat list of named facts. */
export type Fingerprint = Record<string, string>;

const REDIS: readonly PortName[] = ['redis-online', 'redis-log'];
/** What operators turn on a running Redis. */
const REDIS_SETTINGS = ['maxmemory', 'maxmemory-policy', 'slowlog-log-slower-than'];

/** Asks the platform for all of it. @throws Error when a part does not answer */
export async function takeFingerprint(platform: DrillPlatform): Promise<Fingerprint> {
  const { workloads } = await platform.engine<{ workloads: Workload[] }>('/v1/workloads');
  const [services, models, alerts, proxies, redis] = await Promise.all([
    Promise.all(
      workloads.filter(({ kind }) => kind === 'service').map((one) => releasesOf(platform, one.name)),
    ),
    modelsOf(platform),
    alertsOf(platform),
    proxiesOf(platform),
    Promise.all(REDIS.map((name) => redisOf(platform, name))),
  ]);
  return flatten({
    workloads: Object.fromEntries(
      workloads.map(({ name, desired, replicas }) => [
        name,
        { replicas: desired, ready: replicas.filter(({ state }) => state === 'ready').length },
      ]),
    ),
    services: Object.fromEntries(services),
    models,
    ...alerts,
    proxies,
    redis: Object.fromEntries(redis),
  });
}

/** What runs now and how it is set, without the history that led there. */
async function releasesOf(platform: DrillPlatform, name: string): Promise<[string, unknown]> {
  const at = `/v1/workloads/${name}`;
  const [{ revisions }, { settings }] = await Promise.all([
    platform.engine<{ revisions: Revision[] }>(`${at}/revisions`),
    platform.engine<{ settings: unknown }>(`${at}/settings`),
  ]);
  const { revision, at: when, actor, reason, ...running } = revisions.at(-1) ?? ({} as Revision);
  return [name, { revision: running, settings }];
}

interface Registered {
  versions: { version: string; aliases: string[]; manifest: { digest?: string } }[];
}

async function modelsOf(platform: DrillPlatform): Promise<Record<string, unknown>> {
  const { models } = await platform.get<{ models: { name: string }[] }>('registry', '/v1/models');
  const entries = await Promise.all(
    models.map(async ({ name }) => {
      const { versions } = await platform.get<Registered>('registry', `/v1/models/${name}/versions`);
      const each = versions.map(({ version, aliases, manifest }) => [
        version,
        { aliases: [...aliases].sort().join(' '), digest: manifest.digest ?? '' },
      ]);
      return [name, Object.fromEntries(each)] as const;
    }),
  );
  return Object.fromEntries(entries);
}

interface Rules {
  data: { groups: { name: string; rules: { name: string; query: string; duration?: number }[] }[] };
}
interface Silence {
  id: string;
  status: { state: string };
  matchers: { name: string; value: string }[];
}

async function alertsOf(platform: DrillPlatform): Promise<Record<string, unknown>> {
  const [{ data }, silences] = await Promise.all([
    platform.get<Rules>('prometheus', '/api/v1/rules'),
    platform.get<Silence[]>('alertmanager', '/api/v2/silences'),
  ]);
  const rules = data.groups.flatMap(({ name, rules }) =>
    rules.map((rule) => [`${name}/${rule.name}`, `${rule.query} for ${rule.duration ?? 0}s`]),
  );
  const active = silences.filter(({ status }) => status.state !== 'expired');
  return {
    rules: Object.fromEntries(rules),
    silences: Object.fromEntries(
      active.map(({ id, matchers }) => [id, matchers.map(({ name, value }) => `${name}=${value}`).join(' ')]),
    ),
  };
}

async function proxiesOf(platform: DrillPlatform): Promise<Record<string, unknown>> {
  const token = await platform.secret('engine');
  const proxies = await platform.get<Record<string, ProxyState>>('fault-proxy', '/proxies', token);
  return Object.fromEntries(
    Object.entries(proxies).map(([name, { enabled, toxics }]) => [
      name,
      { enabled, toxics: toxics.map(({ type, stream }) => `${type} ${stream}`).join(', ') },
    ]),
  );
}

async function redisOf(platform: DrillPlatform, name: PortName): Promise<[string, unknown]> {
  const redis = connectRedis(`redis://127.0.0.1:${platform.port(name)}`, { commandTimeout: 5_000 });
  try {
    await redisReady(redis);
    const pairs = await Promise.all(
      REDIS_SETTINGS.map((one) => redis.config('GET', one) as Promise<string[]>),
    );
    return [name, Object.fromEntries(pairs.map(([key, value]) => [key, value]))];
  } finally {
    redis.disconnect();
  }
}

/** `{a: {b: 1}}` as `{'a.b': '1'}`. */
export function flatten(value: unknown, path = ''): Fingerprint {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { [path]: typeof value === 'string' ? value : JSON.stringify(value) };
  }
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => flatten(inner, path === '' ? key : `${path} ${key}`)),
  );
}

/** What differs, one sentence each, in the order of the names; empty when nothing does. */
export function differences(before: Fingerprint, after: Fingerprint): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    if (was === is) return [];
    if (was === undefined) return [`${name} was not there and is "${is}"`];
    return [is === undefined ? `${name} was "${was}" and is gone` : `${name} was "${was}" and is "${is}"`];
  });
}
