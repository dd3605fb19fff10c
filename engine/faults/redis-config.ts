import type { Redis } from 'ioredis';
import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';
import { errors } from './errors.ts';
import { REDIS, type RedisName, redisOf } from './redis/server.ts';

/** What may be changed, each because an incident begins with it. Everything else is refused by the schema. */
const PARAMETERS = {
  maxmemory: Type.String({ pattern: '^[0-9]+(b|kb|mb|gb)?$', description: 'bytes, or 64mb; 0 is no limit' }),
  'maxmemory-policy': Type.Union(
    (
      [
        'noeviction',
        'allkeys-lru',
        'allkeys-lfu',
        'allkeys-random',
        'volatile-lru',
        'volatile-lfu',
        'volatile-random',
        'volatile-ttl',
      ] as const
    ).map((policy) => Type.Literal(policy)),
    { description: 'what goes when it is full; noeviction refuses writes instead' },
  ),
  maxclients: Type.String({ pattern: '^[0-9]+$', description: 'connections; those above it are refused' }),
  timeout: Type.String({ pattern: '^[0-9]+$', description: 'seconds until an idle connection is closed' }),
  appendfsync: Type.Union(
    (['always', 'everysec', 'no'] as const).map((when) => Type.Literal(when)),
    { description: 'when a write has to be on disk' },
  ),
};
type Parameter = keyof typeof PARAMETERS;

interface RedisConfig {
  redis: RedisName;
  parameters: Partial<Record<Parameter, string>>;
  maxmemoryOfUsed: number | null;
}

/** Values before, as CONFIG GET answers them. */
type Undo = Partial<Record<Parameter, string>>;

async function read(redis: Redis, names: readonly string[]): Promise<Undo> {
  const flat = (await redis.config('GET', ...(names as [string]))) as string[];
  return Object.fromEntries(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1]]] : []))) as Undo;
}

async function write(redis: Redis, values: Undo): Promise<void> {
  const flat = Object.entries(values).flat();
  // All or nothing: Redis takes several at once, and refuses all when one of them is wrong.
  if (flat.length > 0) await redis.config('SET', ...(flat as [string, string]));
}

async function usedBytes(redis: Redis): Promise<number> {
  const used = /^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1];
  return Number(used);
}

/**
 * CONFIG SET, as somebody with redis-cli would do it: it is not written to a file, so a restart of Redis brings the
 * old values back, and that is one of the cures. It is also why nothing is left to undo when an engine dies before it
 * has noted the values: the next one starts every Redis anew.
 */
export default defineFault<RedisConfig>({
  describe:
    'A live setting of a Redis server is changed: memory and what is evicted, connections, durability.',
  arguments: {
    redis: REDIS,
    parameters: Type.Object(
      Object.fromEntries(Object.entries(PARAMETERS).map(([name, schema]) => [name, Type.Optional(schema)])),
      { additionalProperties: false, default: {}, description: 'by their names in redis.conf' },
    ),
    maxmemoryOfUsed: Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: 10 }), Type.Null()], {
      default: null,
      description:
        'maxmemory as a fraction of what is used right now, instead of in bytes: below 1 evictions begin at once',
    }),
  },
  async inject(context, { redis: name, parameters, maxmemoryOfUsed }): Promise<Undo> {
    const redis = redisOf(context, name);
    if (maxmemoryOfUsed !== null && parameters.maxmemory !== undefined) throw errors.MAXMEMORY_TWICE();
    const wanted: Undo = { ...parameters };
    if (maxmemoryOfUsed !== null)
      wanted.maxmemory = String(Math.floor((await usedBytes(redis)) * maxmemoryOfUsed));
    const names = Object.keys(wanted);
    if (names.length === 0) throw errors.NOTHING_TO_SET(Object.keys(PARAMETERS).join(', '));
    const before = await read(redis, names);
    await write(redis, wanted);
    return before;
  },
  async clear(context, { redis }, undo) {
    if (undo) await write(redisOf(context, redis), undo as Undo);
  },
});
