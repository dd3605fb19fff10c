import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import Type from 'typebox';
import { type PlatformEvent, TOPICS, type TransactionEvent } from '../../lib/contract/events.ts';
import type { Clock } from '../../lib/kit/clock.ts';
import { partitionsOf } from '../../lib/kit/eventlog/log.ts';
import { comparePositions } from '../../lib/kit/eventlog/positions.ts';
import { streamKey } from '../../lib/kit/eventlog/redis/keys.ts';
import { parseEntries, type StreamEntry } from '../../lib/kit/eventlog/redis/records.ts';
import { mergePatch } from '../../lib/kit/merge-patch.ts';
import { defineFault } from '../contract/parts.ts';
import { errors } from './errors.ts';

type Source = 'transactions' | 'predictions' | 'labels';

interface EventArguments {
  topic: Source;
  partition: number | null;
  change: Record<string, unknown>;
}

interface Undo {
  stream: string;
  position: string;
}

interface Template {
  stream: string;
  position: string;
  event: PlatformEvent;
}

/** The newest event of each partition asked for, newest first. */
async function templates(redis: Redis, topic: Source, partitions: readonly number[]): Promise<Template[]> {
  const found = partitions.map(async (partition): Promise<Template[]> => {
    const stream = streamKey(topic, partition);
    const entries = (await redis.xrevrange(stream, '+', '-', 'COUNT', 1)) as StreamEntry[];
    return parseEntries(topic, partition, entries).map(({ position, event }) => ({
      stream,
      position,
      event,
    }));
  });
  return (await Promise.all(found)).flat().sort((a, b) => comparePositions(b.position, a.position));
}

/** Another event of its kind, as the source would write it at this moment. */
function another(event: PlatformEvent, clock: Pick<Clock, 'iso'>): PlatformEvent {
  const now = clock.iso();
  const next = { ...structuredClone(event), id: randomUUID(), occurred_at: now, recorded_at: now };
  const { transaction } = next.payload as Partial<TransactionEvent['payload']>;
  // Otherwise it would only be the same purchase once more, and count as such.
  if (transaction) {
    transaction.id = randomUUID().replaceAll('-', '').slice(0, 12).toUpperCase();
    transaction.timestamp = now;
  }
  return next as PlatformEvent;
}

/**
 * An event that looks like the others except for what `change` says, behind the newest one of its partition, where
 * everybody who follows the topic reads next. What breaks the contract in lib/contract/events.ts still passes the log,
 * which looks at no payload. `clear` removes it from the stream if it is still there.
 */
export default defineFault<EventArguments>({
  describe: 'One event is appended to the event log as its source would, with something wrong in it.',
  arguments: {
    topic: Type.Union(
      (['transactions', 'predictions', 'labels'] as const).map((topic) => Type.Literal(topic)),
      { default: 'transactions' },
    ),
    partition: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      default: null,
      description: 'from 0; null is the one with the newest event',
    }),
    change: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      description:
        'JSON Merge Patch on a fresh copy of the newest event: {"payload": {"transaction": {"amount": "12,50"}}}',
    }),
  },
  async inject({ logRedis, clock }, { topic, partition, change }): Promise<Undo> {
    if (partition !== null && partition >= TOPICS[topic])
      throw errors.UNKNOWN_PARTITION(topic, partition, TOPICS[topic]);
    const [template] = await templates(
      logRedis,
      topic,
      partition === null ? partitionsOf(topic) : [partition],
    );
    if (!template) throw errors.NO_TEMPLATE(partition === null ? topic : streamKey(topic, partition));
    const event = mergePatch(another(template.event, clock), change);
    const position = await logRedis.xadd(template.stream, '*', 'e', JSON.stringify(event));
    return { stream: template.stream, position: String(position) };
  },
  async clear({ logRedis }, _, undo) {
    if (!undo) return;
    const { stream, position } = undo as Undo;
    await logRedis.xdel(stream, position);
  },
});
