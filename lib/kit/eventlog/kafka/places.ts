import type { Consumer } from 'kafkajs';
import type { Topic } from '../../../contract/events.ts';
import type { KafkaAdmin } from './admin.ts';

/** Where a member stands in the partitions it was given, by one assignment of its group. */
export class Places {
  readonly partitions: readonly number[];
  readonly #find: () => Promise<Map<number, bigint>>;
  #found: Promise<Map<number, bigint>> | undefined;

  constructor(partitions: readonly number[], find: () => Promise<Map<number, bigint>>) {
    this.partitions = partitions;
    this.#find = find;
  }

  /** The offset that comes next, by partition; asks again when it could not be found out. */
  async next(): Promise<Map<number, bigint>> {
    this.#found ??= this.#find();
    try {
      return await this.#found;
    } catch (error) {
      this.#found = undefined;
      throw error;
    }
  }
}

/**
 * Where a group goes on. A partition it has never been to gets its place now, and keeps it: without one, what comes
 * before the first acknowledgement would be skipped by `newest` after a crash, and no lag would show.
 */
export async function findPlaces(
  admin: KafkaAdmin,
  consumer: Consumer,
  where: { topic: Topic; topicName: string; group: string; from: 'oldest' | 'newest' },
  partitions: readonly number[],
): Promise<Map<number, bigint>> {
  const committed = await admin.committed(where.topic, where.group);
  const ends = await admin.ends(where.topic);
  const places = new Map<number, bigint>();
  const fresh: number[] = [];
  for (const partition of partitions) {
    const { low, high } = ends[partition]!;
    const known = committed[partition];
    if (known === undefined) {
      fresh.push(partition);
      places.set(partition, where.from === 'oldest' ? low : high);
    } else {
      // What retention has taken is not waited for.
      const gone = known < low;
      places.set(partition, gone ? low : known);
    }
  }
  if (fresh.length === 0) return places;
  await consumer.commitOffsets(
    fresh.map((partition) => ({ topic: where.topicName, partition, offset: String(places.get(partition)) })),
  );
  return places;
}
