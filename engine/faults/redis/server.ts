import type { Redis } from 'ioredis';
import Type from 'typebox';
import type { DrillContext } from '../../contract/parts.ts';

const NAMES = ['redis-online', 'redis-log'] as const;
export type RedisName = (typeof NAMES)[number];

export const REDIS = Type.Union(
  NAMES.map((name) => Type.Literal(name)),
  { default: 'redis-online', description: 'the online store, or the event log' },
);

/** The engine's own connection, past the fault proxy. */
export const redisOf = (
  { online, logRedis }: Pick<DrillContext, 'online' | 'logRedis'>,
  name: RedisName,
): Redis => (name === 'redis-online' ? online : logRedis);
