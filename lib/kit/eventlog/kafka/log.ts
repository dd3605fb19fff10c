import type { Kafka } from 'kafkajs';
import type { EventsByTopic, Topic } from '../../../contract/events.ts';
import { LagGauge } from '../lag-gauge.ts';
import type { ConsumeOptions, Consumer, EventLog, EventLogOptions, LogRecord, Range } from '../log.ts';
import { Producer } from '../producer.ts';
import { openSpool } from '../spool.ts';
import { type Address, parseAddress } from './address.ts';
import { KafkaAdmin } from './admin.ts';
import { createClient } from './client.ts';
import { KafkaConsumer } from './consumer.ts';
import { KafkaReader } from './reader.ts';
import { KafkaWriter } from './writer.ts';

/** The event log on Kafka: topics, partitions and consumer groups are Kafka's own. */
export class KafkaEventLog implements EventLog {
  readonly #options: EventLogOptions;
  readonly #address: Address;
  readonly #client: Kafka;
  readonly #admin: KafkaAdmin;
  readonly #reader: KafkaReader;
  readonly #writer: KafkaWriter;
  readonly #producer: Producer;
  readonly #lags: LagGauge;
  readonly #consumers: Consumer[] = [];

  constructor(options: EventLogOptions) {
    const { url, logger, metrics } = options;
    this.#options = options;
    this.#address = parseAddress(url);
    this.#client = createClient(this.#address, { name: 'firedrill', logger });
    this.#admin = new KafkaAdmin(this.#client, this.#address);
    this.#reader = new KafkaReader(this.#address, logger);
    this.#writer = new KafkaWriter(this.#client, this.#admin, this.#address, logger);
    this.#producer = new Producer(this.#writer.write, openSpool(options), metrics);
    this.#lags = new LagGauge(this, metrics);
  }

  append<T extends Topic>(topic: T, key: string, event: EventsByTopic[T]): Promise<'logged' | 'spooled'> {
    return this.#producer.append(topic, key, event);
  }

  async consume<T extends Topic>(options: ConsumeOptions<T>): Promise<Consumer> {
    const { topic, group, member } = options;
    // A connection of its own, under the member's name: a slow batch must not stand in front of the producer.
    const client = createClient(this.#address, { name: member, logger: this.#options.logger });
    this.#lags.add(topic, group);
    const kafka = { client, admin: this.#admin, address: this.#address };
    const consumer = new KafkaConsumer(kafka, options, this.#options).start();
    this.#consumers.push(consumer);
    return consumer;
  }

  read<T extends Topic>(topic: T, partition: number, range?: Range): AsyncIterable<LogRecord<T>> {
    return this.#reader.read(topic, partition, range);
  }

  newest<T extends Topic>(topic: T, partition: number, count: number): Promise<LogRecord<T>[]> {
    return this.#reader.newest(topic, partition, count);
  }

  async lag(topic: Topic, group: string): Promise<number[]> {
    const committed = await this.#admin.committed(topic, group);
    const ends = await this.#admin.ends(topic);
    return ends.map(({ low, high }, partition) => {
      const at = committed[partition];
      // What retention has taken nobody is behind with any more.
      if (at === undefined) return 0;
      return Math.min(Number(high - at), Number(high - low));
    });
  }

  /** Kafka forgets by the retention its topics have, whoever has read them or not. */
  async trim(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()));
    await this.#producer.close();
    await Promise.all([this.#writer.close(), this.#admin.close(), this.#reader.close()]);
  }
}

/**
 * @returns at once; appends go to the spool until Kafka answers
 * @throws AppError LOG_BAD_URL
 */
export const openLog = (options: EventLogOptions): EventLog => new KafkaEventLog(options);
