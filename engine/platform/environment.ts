import { join } from 'node:path';
import type { Revision } from '../targets/target.ts';
import type { Surroundings } from './definition.ts';
import { COLD_STORE_USER } from './postgres.ts';

/** What every child may inherit. Anything else in the operator's shell is none of its business. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;

export const inherited = (env: Record<string, string | undefined> = process.env): Record<string, string> =>
  Object.fromEntries(INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

/** The environment of a Node process of ours: who it is, the clock, its folder, the way to the event log. */
export function nodeEnvironment(
  around: Surroundings,
  who: {
    name: string;
    index: number;
    port: number;
    revision: Pick<Revision, 'revision' | 'settings' | 'code'>;
  },
): Record<string, string> {
  const { clock, layout, secrets } = around;
  const { name, index, port, revision } = who;
  return {
    ...inherited(),
    // Stripped and compiled code is kept between starts, the launcher's for every platform of this checkout.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(layout.cache, 'node'),
    // glibc gives every thread an arena of its own, and what is freed in one is not used by another: 20 MB a process.
    MALLOC_ARENA_MAX: '1',
    SERVICE_NAME: name,
    PORT: String(port),
    ADMIN_TOKEN: secrets.admin,
    REVISION: String(revision.revision),
    CODE_DIGEST: revision.code,
    SETTINGS: JSON.stringify(revision.settings),
    CLOCK_WALL_EPOCH_MS: String(clock.wallEpochMs),
    CLOCK_BUSINESS_EPOCH_MS: String(clock.businessEpochMs),
    DRILL_DAY_SECONDS: String(clock.daySeconds),
    STATE_DIR: join(layout.state, index === 0 ? name : `${name}-${index}`),
    EVENT_LOG_URL: proxiedRedis(around, 'proxied-redis-log'),
  };
}

/** Services reach it through the proxy only; it is there when somebody has started it. */
export const proxiedColdStore = ({ portOf, secrets }: Surroundings): string =>
  `postgres://${COLD_STORE_USER}:${secrets['cold-store']}@127.0.0.1:${portOf('proxied-cold-store')}/postgres`;

/** Services reach Redis through the proxy only. */
export const proxiedRedis = (
  around: Surroundings,
  name: 'proxied-redis-online' | 'proxied-redis-log',
): string => `redis://127.0.0.1:${around.portOf(name)}`;
