import { defineRedis } from '../redis.ts';

// An acknowledged event must survive a kill -9: every write is on disk before it is answered.
export default defineRedis({ name: 'redis-log', maxMemory: '512mb', fsync: 'always' });
