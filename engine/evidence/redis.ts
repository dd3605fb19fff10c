import { defineEvidence } from '../contract/parts.ts';

/** Commands that only read, by their first words. */
const READS = new Set(
  `get mget hget hgetall hlen hmget exists ttl pttl type strlen llen lrange scard zcard zrange xlen xrange xrevrange
   xpending dbsize info randomkey scan expiretime xinfo|groups xinfo|stream xinfo|consumers slowlog|get slowlog|len
   client|list config|get memory|usage memory|stats object|idletime object|freq latency|latest`.split(/\s+/),
);
const KEPT = 200;

export default defineEvidence({
  describe: 'a reading command at one of the two Redis servers',
  example: 'redis-online TTL features:fraud@1:watermark',
  async look({ online, logRedis }, query) {
    const [server, command = '', ...args] = query.trim().split(/\s+/);
    const redis = { 'redis-online': online, 'redis-log': logRedis }[server ?? ''];
    if (!redis || command === '') throw new Error('say redis-online or redis-log, and a command');
    const name = command.toLowerCase();
    if (!READS.has(name) && !READS.has(`${name}|${args[0]?.toLowerCase()}`)) {
      throw new Error(`${command} is not a command that only reads`);
    }
    const answer = JSON.stringify(await redis.call(command, ...args));
    return ['null', '[]', '""', '{}'].includes(answer) ? null : answer.slice(0, KEPT);
  },
});
