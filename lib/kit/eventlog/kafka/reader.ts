import type { Cluster, KafkaMessage } from 'kafkajs';
import type { Topic } from '../../../contract/events.ts';
import type { Logger } from '../../logging.ts';
import type { LogReader, LogRecord, Range } from '../log.ts';
import { type Address, parseAddress } from './address.ts';
import { createClient } from './client.ts';
import { consumerWithCluster } from './cluster.ts';
import { parseMessages } from './records.ts';

const PAGE_BYTES = 1024 * 1024;
/** Names the reader in the broker's logs; it never joins a group. */
const NOBODY = 'reader';

interface Connection {
  cluster: Cluster;
  disconnect(): Promise<void>;
}

/** Reads partitions by their offsets. Connects when first asked, and anew after trouble. */
export class KafkaReader implements LogReader {
  readonly #address: Address;
  readonly #logger: Logger | undefined;
  #connected: Promise<Connection> | undefined;

  constructor(address: Address, logger?: Logger) {
    this.#address = address;
    this.#logger = logger;
  }

  async *read<T extends Topic>(
    topic: T,
    partition: number,
    { after, since, limit = Number.POSITIVE_INFINITY }: Range = {},
  ): AsyncIterable<LogRecord<T>> {
    const { low, high } = await this.#ends(topic, partition);
    const wanted =
      after !== undefined
        ? BigInt(after) + 1n
        : since !== undefined
          ? ((await this.#offsetAt(topic, partition, since)) ?? high)
          : low;
    let next = wanted < low ? low : wanted;
    for (let left = limit; next < high && left > 0; ) {
      const page = await this.#page(topic, partition, next);
      if (page.length === 0) return;
      const records = parseMessages(topic, partition, page.slice(0, left));
      yield* records;
      left -= records.length;
      next = BigInt(page.at(-1)!.offset) + 1n;
    }
  }

  async newest<T extends Topic>(topic: T, partition: number, count: number): Promise<LogRecord<T>[]> {
    const { high } = await this.#ends(topic, partition);
    const records = await Array.fromAsync(
      this.read(topic, partition, { after: String(high - BigInt(count) - 1n) }),
    );
    return records.slice(-count).reverse();
  }

  async close(): Promise<void> {
    const connection = await this.#connected?.catch(() => undefined);
    await connection?.disconnect().catch(() => {});
  }

  async #ends(topic: Topic, partition: number): Promise<{ low: bigint; high: bigint }> {
    return this.#ask(topic, async (cluster) => ({
      low: (await offset(cluster, this.#address.topicName(topic), partition, { fromBeginning: true }))!,
      high: (await offset(cluster, this.#address.topicName(topic), partition, { fromBeginning: false }))!,
    }));
  }

  #offsetAt(topic: Topic, partition: number, since: number): Promise<bigint | undefined> {
    return this.#ask(topic, (cluster) =>
      offset(cluster, this.#address.topicName(topic), partition, { fromTimestamp: since }),
    );
  }

  #page(topic: Topic, partition: number, from: bigint): Promise<KafkaMessage[]> {
    return this.#ask(topic, async (cluster) => {
      const name = this.#address.topicName(topic);
      const [nodeId] = Object.keys(cluster.findLeaderForPartitions(name, [partition]));
      const broker = await cluster.findBroker({ nodeId: nodeId! });
      const { responses } = (await broker.fetch({
        maxWaitTime: 0,
        minBytes: 0,
        maxBytes: PAGE_BYTES,
        topics: [
          { topic: name, partitions: [{ partition, fetchOffset: String(from), maxBytes: PAGE_BYTES }] },
        ],
      })) as { responses: { partitions: { messages: KafkaMessage[] }[] }[] };
      const messages = responses[0]?.partitions[0]?.messages ?? [];
      // A broker answers whole batches, of which the first may begin before what was asked for.
      return messages.filter((message) => BigInt(message.offset) >= from);
    });
  }

  async #ask<R>(topic: Topic, question: (cluster: Cluster) => Promise<R>): Promise<R> {
    this.#connected ??= this.#connect();
    const connected = this.#connected;
    try {
      const { cluster } = await connected;
      await cluster.addTargetTopic(this.#address.topicName(topic));
      return await question(cluster);
    } catch (error) {
      if (this.#connected === connected) this.#connected = undefined;
      void connected.then(({ disconnect }) => disconnect()).catch(() => {});
      throw error;
    }
  }

  async #connect(): Promise<Connection> {
    const client = createClient(this.#address, { name: NOBODY, logger: this.#logger });
    const { consumer, cluster } = consumerWithCluster(client, { groupId: NOBODY });
    await consumer.connect();
    return { cluster, disconnect: () => consumer.disconnect() };
  }
}

/** The offset of one end of a partition, or of its first record from a time on; undefined where there is none. */
async function offset(
  cluster: Cluster,
  topic: string,
  partition: number,
  where: { fromBeginning: boolean } | { fromTimestamp: number },
): Promise<bigint | undefined> {
  const [found] = await cluster.fetchTopicsOffset([{ topic, partitions: [{ partition }], ...where }]);
  const at = BigInt(found?.partitions[0]?.offset ?? -1);
  return at < 0n ? undefined : at;
}

/** A reader with a connection of its own, made when it is first asked. */
export const openReader = ({ url, logger }: { url: string; logger?: Logger }): LogReader =>
  new KafkaReader(parseAddress(url), logger);
