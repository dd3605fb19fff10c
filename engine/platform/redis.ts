import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkloadDefinition } from './definition.ts';
import { inherited } from './environment.ts';

/** A Redis of its own with an append-only file. Full, it refuses writes: silently forgetting rows would be worse. */
export function defineRedis(redis: {
  name: 'redis-online' | 'redis-log';
  maxMemory: string;
  fsync: 'always' | 'everysec';
}): WorkloadDefinition {
  return {
    name: redis.name,
    kind: 'backing',
    dependsOn: [],
    readiness: { redis: true },
    scraped: false,
    launch({ layout, tools }, { port }) {
      const dir = join(layout.redis, redis.name);
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const options = {
        port: String(port),
        bind: '127.0.0.1',
        dir,
        save: '',
        appendonly: 'yes',
        appendfsync: redis.fsync,
        maxmemory: redis.maxMemory,
        'maxmemory-policy': 'noeviction',
        // A cut last line after kill -9 is normal; everything before it is used.
        'aof-load-truncated': 'yes',
      };
      const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
      return { command: tools.redis, args, env: inherited(), cwd: dir };
    },
  };
}
