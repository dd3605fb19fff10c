import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka, Producer, TopicMessages } from 'kafkajs';
import type { Topic } from '../../../contract/events.ts';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import type { Write } from '../producer.ts';
import type { SpooledEvent } from '../spool.ts';
import type { Address } from './address.ts';
import type { KafkaAdmin } from './admin.ts';

/** A caller waits no longer for the broker; the batch goes to the spool. */
const DEADLINE_MS = 5_000;
const RECONNECT_MS = 250;

/**
 * Writes batches with an idempotent producer and the acknowledgement of all replicas in sync. A producer that failed
 * is thrown away: it would give the sequence numbers of what it does not know to be written to whatever comes next,
 * and the broker would take that for a repetition and drop it.
 */
export class KafkaWriter {
  readonly #client: Kafka;
  readonly #admin: KafkaAdmin;
  readonly #address: Address;
  readonly #logger: Logger;
  readonly #abort = new AbortController();
  #producer: Producer | undefined;
  #opening: Promise<void>;
  /** Settled with the first attempt to connect: until then there is nothing to be in trouble about. */
  readonly #tried = Promise.withResolvers<void>();
  #down = false;

  constructor(client: Kafka, admin: KafkaAdmin, address: Address, logger: Logger) {
    this.#client = client;
    this.#admin = admin;
    this.#address = address;
    this.#logger = logger;
    this.#opening = this.#open();
  }

  readonly write: Write = async (batch) => {
    await this.#tried.promise;
    const producer = this.#producer;
    if (!producer) return false;
    try {
      await inTime(producer.sendBatch({ acks: -1, topicMessages: this.#messages(batch) }));
      return true;
    } catch (error) {
      this.#lost(error);
      this.#producer = undefined;
      void producer.disconnect().catch(() => {});
      this.#opening = this.#open();
      return false;
    }
  };

  async close(): Promise<void> {
    this.#abort.abort();
    this.#tried.resolve();
    await this.#opening;
    await this.#producer?.disconnect().catch(() => {});
  }

  async #open(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const producer = this.#client.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        // Long enough for a partition to get its leader: what is sent again by this producer is written once.
        retry: { retries: 6, initialRetryTime: 100, maxRetryTime: 500 },
        // The partition is given with each message: it has to be the same on every backend.
        createPartitioner:
          () =>
          ({ message }) =>
            message.partition!,
      });
      try {
        await this.#admin.makeTopics();
        await producer.connect();
        this.#producer = producer;
        if (this.#down) this.#logger.info('kafka connection restored');
        this.#down = false;
        this.#tried.resolve();
        return;
      } catch (error) {
        this.#lost(error);
        this.#tried.resolve();
        await producer.disconnect().catch(() => {});
        await delay(RECONNECT_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  #lost(error: unknown): void {
    if (!this.#down) this.#logger.warn({ err: messageOf(error) }, 'kafka connection lost');
    this.#down = true;
  }

  #messages(batch: readonly SpooledEvent[]): TopicMessages[] {
    const byTopic = new Map<Topic, TopicMessages>();
    for (const { topic, partition, key, event } of batch) {
      const of = byTopic.get(topic) ?? { topic: this.#address.topicName(topic), messages: [] };
      of.messages.push({ key, partition, value: JSON.stringify(event) });
      byTopic.set(topic, of);
    }
    return [...byTopic.values()];
  }
}

async function inTime(sent: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  try {
    await Promise.race([sent, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
