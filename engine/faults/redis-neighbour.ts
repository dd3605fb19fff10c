import type { Redis } from 'ioredis';
import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';
import { NEUTRAL_TITLE, Neighbours, type NeighbourUndo } from './neighbours/neighbours.ts';
import type { RedisOptions, RedisWork } from './neighbours/programs/redis.ts';
import { keysMatching } from './redis/keyspace.ts';
import { REDIS, type RedisName, redisOf } from './redis/server.ts';

interface RedisNeighbour {
  redis: RedisName;
  title: string;
  work: RedisWork;
  elements: number;
  commandMs: number;
  duty: number;
}

interface Undo extends NeighbourUndo {
  prefix: string;
}

async function forget(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of keysMatching(redis, `${prefix}:*`)) await redis.unlink(...keys);
}

/**
 * Redis serves one command at a time, so whoever asks for an expensive one makes everybody else wait. The job can be
 * seen by its name in `ps` and CLIENT LIST and by what it does in SLOWLOG and INFO commandstats. CLIENT KILL does not
 * help for long: it reconnects. Ending its process does.
 */
export default defineFault<RedisNeighbour>({
  describe: "Another team's job on the same Redis that runs expensive commands again and again.",
  arguments: {
    redis: REDIS,
    title: Type.String({
      pattern: NEUTRAL_TITLE,
      default: 'reporting-job',
      description: 'what `ps` and CLIENT LIST show',
    }),
    work: Type.Union(
      (['keys', 'sort', 'lrange', 'lua'] as const).map((work) => Type.Literal(work)),
      {
        default: 'sort',
        description: 'KEYS *, SORT or LRANGE of a list it made itself, or a loop in Lua',
      },
    ),
    elements: Type.Integer({
      minimum: 1_000,
      maximum: 2_000_000,
      default: 100_000,
      description:
        'rows it brings along; with the default a command takes some tens of ms on an idle machine',
    }),
    commandMs: Type.Integer({
      minimum: 0,
      maximum: 2_000,
      default: 0,
      description:
        'wall ms a command is to take on this machine: it brings more rows along where it takes less; 0: as it comes',
    }),
    duty: Type.Number({
      exclusiveMinimum: 0,
      maximum: 0.95,
      default: 0.5,
      description: 'share of the time in which one of its commands runs',
    }),
  },
  async inject(context, { redis, title, work, elements, commandMs, duty }): Promise<Undo> {
    const { host = '127.0.0.1', port } = redisOf(context, redis).options;
    const prefix = `${title}:${work}:${elements}`;
    const options: RedisOptions = {
      url: `redis://${host}:${port}`,
      client: title,
      work,
      prefix,
      elements,
      commandMs,
      duty,
    };
    return { ...(await new Neighbours(context.scratch).start({ title, program: 'redis', options })), prefix };
  },
  async clear(context, { redis, title, work, elements }, undo) {
    const neighbours = new Neighbours(context.scratch);
    if (undo) await neighbours.end(undo as Undo);
    else await neighbours.endAll(title);
    await forget(
      redisOf(context, redis),
      (undo as Undo | undefined)?.prefix ?? `${title}:${work}:${elements}`,
    );
  },
  async rearm({ scratch }, _, undo) {
    await new Neighbours(scratch).resume(undo as Undo);
  },
});
