import { defineRedis } from '../redis.ts';

// Losing a second of online rows is acceptable: they can be had again from the log and the lake.
export default defineRedis({ name: 'redis-online', maxMemory: '256mb', fsync: 'everysec' });
