import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer as Client, Cluster, EachBatchPayload, Kafka } from 'kafkajs';
import type { Topic } from '../../../contract/events.ts';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import type { Metrics } from '../../metrics.ts';
import type { ConsumeOptions, Consumer } from '../log.ts';
import type { Address } from './address.ts';
import type { KafkaAdmin } from './admin.ts';
import { consumerWithCluster } from './cluster.ts';
import { findPlaces, Places } from './places.ts';
import { parseMessages } from './records.ts';

type Message = EachBatchPayload['batch']['messages'][number];

/** Between two looks whether partitions without news have been read to their ends. */
const LOOK_MS = 250;
const REJOIN_MS = 250;
/** A member that is silent this long has lost its partitions. */
const SESSION_MS = 10_000;
const HEARTBEAT_MS = 1_000;
/** A batch in hand may take this long when partitions are to be shared anew. */
const HAND_OVER_MS = 60_000;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 2_000;
/** Of one partition at a time, so that one that is far behind leaves room for the others. */
const FETCH_BYTES = 512 * 1024;

/**
 * A member of a Kafka consumer group. kafkajs joins, fetches and rejoins; here is what makes it behave as on Redis:
 * one batch at a time, of the size asked for, acknowledged when handled; a batch that fails holds up its own partition
 * and nothing else; the end of a partition is told also when nothing comes.
 */
export class KafkaConsumer<T extends Topic> implements Consumer {
  readonly #client: Kafka;
  readonly #admin: KafkaAdmin;
  readonly #address: Address;
  readonly #options: Required<ConsumeOptions<T>>;
  readonly #topicName: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #abort = new AbortController();
  readonly #consumed;
  readonly #failures;
  readonly #retries = new Map<number, { waitMs: number; at: number }>();
  /** By broker, business time at which it was asked last. */
  readonly #fetchedAt = new Map<number, number>();
  #places = new Places([], async () => new Map());
  #turn: Promise<unknown> = Promise.resolve();
  #down = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    kafka: { client: Kafka; admin: KafkaAdmin; address: Address },
    options: ConsumeOptions<T>,
    around: { clock: Clock; logger: Logger; metrics: Metrics },
  ) {
    this.#client = kafka.client;
    this.#admin = kafka.admin;
    this.#address = kafka.address;
    this.#options = { batchSize: 500, from: 'oldest', ...options } as Required<ConsumeOptions<T>>;
    this.#topicName = kafka.address.topicName(options.topic);
    this.#clock = around.clock;
    this.#logger = around.logger;
    this.#consumed = around.metrics.counter('firedrill_eventlog_consumed_total');
    this.#failures = around.metrics.counter('firedrill_eventlog_handler_failures_total');
  }

  start(): this {
    this.#running = Promise.all([this.#keepMembership(), this.#tellEnds()]);
    return this;
  }

  owned(): number[] {
    return [...this.#places.partitions].sort((a, b) => a - b);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  /** kafkajs gives a consumer up after some kinds of trouble, for ever after others: then another one is made. */
  async #keepMembership(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      try {
        await this.#admin.makeTopics();
        await this.#beMember();
      } catch (error) {
        this.#lost(error);
      }
      await this.#pause(REJOIN_MS);
    }
  }

  /** Until it is told to stop. @throws Error that ended the membership */
  async #beMember(): Promise<void> {
    const { topic, group, from } = this.#options;
    const { consumer, cluster } = consumerWithCluster(this.#client, {
      groupId: this.#address.groupName(topic, group),
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: HAND_OVER_MS,
      maxWaitTimeInMs: LOOK_MS,
      maxBytesPerPartition: FETCH_BYTES,
      retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 500, restartOnFailure: async () => false },
    });
    const over = Promise.withResolvers<void>();
    const ended = new AbortController();
    over.promise.catch(() => {}); // it may crash before anybody waits for it
    const { signal } = this.#abort;
    signal.addEventListener('abort', () => over.resolve(), { once: true, signal: ended.signal });
    const { CRASH, FETCH_START, GROUP_JOIN, REBALANCING } = consumer.events;
    consumer.on(CRASH, ({ payload }) => over.reject(payload.error));
    consumer.on(REBALANCING, () => this.#lose());
    consumer.on(FETCH_START, ({ payload }) => void this.#fetchedAt.set(payload.nodeId, this.#clock.now()));
    consumer.on(GROUP_JOIN, ({ payload }) => {
      const partitions = payload.memberAssignment[this.#topicName] ?? [];
      const where = { topic, group, from, topicName: this.#topicName };
      this.#places = new Places(partitions, () => findPlaces(this.#admin, consumer, where, partitions));
      if (this.#down) this.#logger.info({ topic, group }, 'in the group again');
      this.#down = false;
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [this.#topicName], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => this.#take(consumer, cluster, payload),
      });
      if (!signal.aborted) await over.promise;
    } finally {
      ended.abort();
      await consumer.disconnect().catch(() => {});
      this.#lose();
    }
  }

  #lose(): void {
    this.#places = new Places([], async () => new Map());
    this.#retries.clear();
    this.#fetchedAt.clear();
  }

  #lost(error: unknown): void {
    const { topic, group } = this.#options;
    if (!this.#down)
      this.#logger.warn({ topic, group, err: messageOf(error) }, 'out of the group, trying again');
    this.#down = true;
  }

  /** What was fetched of one partition, in slices. The group waits with sharing anew until this comes back. */
  async #take(consumer: Client, cluster: Cluster, payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat } = payload;
    const [leader] = Object.keys(cluster.findLeaderForPartitions(this.#topicName, [batch.partition]));
    const readAt = this.#fetchedAt.get(Number(leader));
    let called = true;
    const beat = setInterval(() => {
      heartbeat().catch(() => {
        called = false;
      });
    }, HEARTBEAT_MS);
    try {
      await this.#inTurn(async () => {
        const { partition } = batch;
        const places = await this.#places.next();
        const next = places.get(partition);
        if (next === undefined) return;
        if (BigInt(batch.lastOffset()) < next)
          return consumer.seek({ topic: this.#topicName, partition, offset: String(next) });
        const messages = batch.messages.filter(({ offset }) => BigInt(offset) >= next);
        const last =
          BigInt(batch.lastOffset()) + 1n >= BigInt(batch.highWatermark) ? messages.length : Infinity;
        for (let from = 0; from < messages.length && called && payload.isRunning(); ) {
          const slice = messages.slice(from, from + this.#batchSize());
          from += slice.length;
          const done = await this.#process(payload, slice, from === last ? readAt : undefined);
          if (!done) return;
          places.set(partition, BigInt(slice.at(-1)!.offset) + 1n);
        }
      });
    } finally {
      clearInterval(beat);
    }
  }

  /** Handles and acknowledges a slice. Answers whether what is behind it may be handled too. */
  async #process(
    { batch, pause, resolveOffset, commitOffsetsIfNecessary }: EachBatchPayload,
    slice: Message[],
    caughtUpAt: number | undefined,
  ): Promise<boolean> {
    const { partition } = batch;
    if (!(await this.#attempt(partition, slice, caughtUpAt))) {
      const resume = pause();
      setTimeout(resume, this.#retries.get(partition)?.waitMs ?? 0).unref();
      return false;
    }
    const { offset } = slice.at(-1)!;
    const acknowledged = { partition, offset: String(BigInt(offset) + 1n) };
    await commitOffsetsIfNecessary({ topics: [{ topic: this.#topicName, partitions: [acknowledged] }] });
    resolveOffset(offset);
    const { topic, group } = this.#options;
    this.#consumed.inc({ topic, group, partition }, slice.length);
    return true;
  }

  /** Partitions that are read to their ends say so at once when news come; the others are looked after here. */
  async #tellEnds(): Promise<void> {
    for (;;) {
      await this.#pause(LOOK_MS);
      if (this.#abort.signal.aborted) return;
      const places = this.#places;
      if (places.partitions.length === 0) continue;
      try {
        const next = await places.next();
        const readAt = this.#clock.now();
        const ends = await this.#admin.ends(this.#options.topic);
        for (const partition of places.partitions) {
          await this.#inTurn(async () => {
            const retry = this.#retries.get(partition);
            if (this.#places !== places || (retry !== undefined && performance.now() < retry.at)) return;
            if (next.get(partition)! >= ends[partition]!.high) await this.#attempt(partition, [], readAt);
          });
        }
      } catch {
        // The broker is away; whoever is in the group notices too, and says so.
      }
    }
  }

  async #attempt(partition: number, messages: Message[], caughtUpAt: number | undefined): Promise<boolean> {
    const { topic, group, handle } = this.#options;
    const { signal } = this.#abort;
    try {
      signal.throwIfAborted();
      await handle(parseMessages(topic, partition, messages), { partition, caughtUpAt, signal });
      this.#retries.delete(partition);
      return true;
    } catch (error) {
      // Stopped in the middle of a batch: it comes again, to whoever comes next.
      if (signal.aborted) return false;
      this.#failures.inc({ topic, group, partition });
      const waitMs = Math.min(
        2 * (this.#retries.get(partition)?.waitMs ?? FIRST_BACKOFF_MS / 2),
        LONGEST_BACKOFF_MS,
      );
      this.#retries.set(partition, { waitMs, at: performance.now() + waitMs });
      this.#logger.warn({ topic, group, partition, err: messageOf(error) }, 'batch failed, trying again');
      return false;
    }
  }

  /** One thing at a time, whatever asks for it. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  #batchSize(): number {
    const { batchSize } = this.#options;
    return typeof batchSize === 'function' ? Math.max(1, Math.floor(batchSize())) : batchSize;
  }

  #pause(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.#abort.signal }).catch(() => {});
  }
}
