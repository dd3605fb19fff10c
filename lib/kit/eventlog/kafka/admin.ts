import type { Admin, Kafka } from 'kafkajs';
import { TOPICS, type Topic } from '../../../contract/events.ts';
import { partitionsOf } from '../log.ts';
import type { Address } from './address.ts';

/** A batch of ours is about a megabyte; Kafka's own bound is that to the byte, headers included. */
const LARGEST_BATCH_BYTES = 8 * 1024 * 1024;

/** What the broker knows of topics and groups. Connects when first asked, and anew after trouble. */
export class KafkaAdmin {
  readonly #client: Kafka;
  readonly #address: Address;
  #connected: Promise<Admin> | undefined;
  #topics: Promise<void> | undefined;

  constructor(client: Kafka, address: Address) {
    this.#client = client;
    this.#address = address;
  }

  /** Resolves once every topic is there, with its partitions. */
  makeTopics(): Promise<void> {
    this.#topics ??= this.#ask(async (admin) => {
      const topics = (Object.keys(TOPICS) as Topic[]).map((topic) => ({
        topic: this.#address.topicName(topic),
        numPartitions: TOPICS[topic],
        replicationFactor: -1,
        configEntries: [{ name: 'max.message.bytes', value: String(LARGEST_BATCH_BYTES) }],
      }));
      await admin.createTopics({ topics, waitForLeaders: true });
    }).catch((error) => {
      this.#topics = undefined;
      throw error;
    });
    return this.#topics;
  }

  /** Offsets of each partition's oldest record and of the next one to come. */
  async ends(topic: Topic): Promise<{ low: bigint; high: bigint }[]> {
    await this.makeTopics();
    const found = await this.#ask((admin) => admin.fetchTopicOffsets(this.#address.topicName(topic)));
    return partitionsOf(topic).map((partition) => {
      const one = found.find((offsets) => offsets.partition === partition);
      return { low: BigInt(one?.low ?? 0), high: BigInt(one?.high ?? 0) };
    });
  }

  /** Offset a group goes on from, per partition; undefined where it has never been. */
  async committed(topic: Topic, group: string): Promise<(bigint | undefined)[]> {
    await this.makeTopics();
    const groupId = this.#address.groupName(topic, group);
    const [found] = await this.#ask((admin) =>
      admin.fetchOffsets({ groupId, topics: [this.#address.topicName(topic)] }),
    );
    return partitionsOf(topic).map((partition) => {
      const offset = BigInt(found?.partitions.find((one) => one.partition === partition)?.offset ?? -1);
      return offset < 0n ? undefined : offset;
    });
  }

  async close(): Promise<void> {
    const admin = await this.#connected?.catch(() => undefined);
    await admin?.disconnect().catch(() => {});
  }

  async #ask<R>(question: (admin: Admin) => Promise<R>): Promise<R> {
    this.#connected ??= this.#connect();
    const connected = this.#connected;
    try {
      return await question(await connected);
    } catch (error) {
      if (this.#connected === connected) this.#connected = undefined;
      void connected.then((admin) => admin.disconnect()).catch(() => {});
      throw error;
    }
  }

  async #connect(): Promise<Admin> {
    const admin = this.#client.admin();
    await admin.connect();
    return admin;
  }
}
