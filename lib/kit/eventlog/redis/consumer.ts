import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Topic } from '../../../contract/events.ts';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import type { Metrics } from '../../metrics.ts';
import type { ConsumeOptions, Consumer, LogRecord } from '../log.ts';
import { streamKey } from './keys.ts';
import { Membership } from './membership.ts';
import { parseEntries, type StreamEntry } from './records.ts';
import { settleReadCount } from './settle.ts';

/**
 * Between two rounds, unless more is waiting. Rounds without a pause would take events one by one: the same work for
 * one event as for fifty.
 */
const ROUND_MS = 50;
const LONGEST_BACKOFF_MS = 2_000;

/** What one partition gave: its events, and when it was asked if there were no more. */
interface Batch {
  entries: StreamEntry[];
  caughtUpAt: number | undefined;
}

/**
 * A member of a Redis Streams consumer group. It asks for all its partitions at once and works on one after the
 * other, each in order. Deliveries that a crash left pending, its own or another member's, come first: the lease says
 * nobody else is working on them.
 */
export class StreamConsumer<T extends Topic> implements Consumer {
  readonly #redis: Redis;
  readonly #options: Required<ConsumeOptions<T>>;
  readonly #membership: Membership;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #abort = new AbortController();
  readonly #consumed;
  readonly #failures;
  readonly #recovered = new Set<number>();
  readonly #retries = new Map<number, { waitMs: number; at: number }>();
  #busy: number | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(redis: Redis, options: ConsumeOptions<T>, clock: Clock, logger: Logger, metrics: Metrics) {
    this.#redis = redis;
    this.#options = { batchSize: 500, from: 'oldest', ...options } as Required<ConsumeOptions<T>>;
    this.#membership = new Membership(redis, options.topic, options.group, options.member);
    this.#clock = clock;
    this.#logger = logger;
    this.#consumed = metrics.counter('firedrill_eventlog_consumed_total');
    this.#failures = metrics.counter('firedrill_eventlog_handler_failures_total');
    // However short it was: a Redis that comes back may have forgotten what it knew of the group.
    redis.on('close', () => this.#recovered.clear());
  }

  start(): this {
    this.#running = Promise.all([this.#keepMembership(), this.#work()]);
    return this;
  }

  owned(): number[] {
    return this.#membership.owned;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    if (this.#redis.status === 'ready') await this.#membership.leave().catch(() => {});
  }

  async #keepMembership(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      try {
        const owned = new Set(await this.#membership.renew(Date.now(), this.#busy));
        for (const partition of this.#recovered) if (!owned.has(partition)) this.#recovered.delete(partition);
      } catch {
        this.#membership.lose();
        this.#recovered.clear();
      }
      await this.#pause(Membership.renewEveryMs);
    }
  }

  async #work(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      const more = await this.#round();
      if (!more) await this.#pause(ROUND_MS);
    }
  }

  /** One turn of every partition that is ours. Answers whether there is more to do at once. */
  async #round(): Promise<boolean> {
    const due = this.owned().filter((partition) => this.#isDue(partition));
    const recovered = due.filter((partition) => this.#recovered.has(partition));
    let more = false;
    for (const partition of due.filter((one) => !recovered.includes(one))) {
      more = (await this.#attempt(partition, () => this.#recover(partition))) || more;
    }
    for (const [partition, batch] of await this.#next(recovered)) {
      more = (await this.#attempt(partition, () => this.#process(partition, batch))) || more;
    }
    return more;
  }

  /** After a failure only when its time has come; others do not wait for it. */
  #isDue(partition: number): boolean {
    const retry = this.#retries.get(partition);
    return retry === undefined || performance.now() >= retry.at;
  }

  async #attempt(partition: number, turn: () => Promise<boolean>): Promise<boolean> {
    // Asked now, not when the round began: a batch of another partition may have taken long.
    if (this.#abort.signal.aborted || !this.#membership.owns(partition, Date.now())) {
      // What was read of it stays pending.
      this.#recovered.delete(partition);
      return false;
    }
    this.#busy = partition;
    try {
      const more = await turn();
      this.#retries.delete(partition);
      return more;
    } catch (error) {
      this.#retryLater(partition, error);
      return false;
    } finally {
      this.#busy = undefined;
    }
  }

  #retryLater(partition: number, error: unknown): void {
    this.#recovered.delete(partition);
    // Stopped in the middle of a batch: it stays pending for whoever comes next.
    if (this.#abort.signal.aborted) return;
    const { topic, group } = this.#options;
    const waitMs = Math.min(2 * (this.#retries.get(partition)?.waitMs ?? ROUND_MS), LONGEST_BACKOFF_MS);
    this.#retries.set(partition, { waitMs, at: performance.now() + waitMs });
    this.#logger.warn({ topic, group, partition, err: messageOf(error) }, 'batch failed, trying again');
  }

  /** Deliveries that were begun and not ended; when there are none left, new ones may come. */
  async #recover(partition: number): Promise<boolean> {
    const { topic, group } = this.#options;
    const key = streamKey(topic, partition);
    const entries = await this.#pending(key);
    if (entries.length > 0) return this.#process(partition, { entries, caughtUpAt: undefined });
    await settleReadCount(this.#redis, key, group);
    this.#recovered.add(partition);
    return true;
  }

  /** Handles and acknowledges a batch. Answers whether more is waiting behind it. */
  async #process(partition: number, { entries, caughtUpAt }: Batch): Promise<boolean> {
    const { topic, group } = this.#options;
    await this.#handle(partition, entries, caughtUpAt);
    if (entries.length > 0) {
      await this.#redis.xack(streamKey(topic, partition), group, ...entries.map(([id]) => id));
      this.#consumed.inc({ topic, group, partition }, entries.length);
    }
    return caughtUpAt === undefined;
  }

  async #handle(partition: number, entries: StreamEntry[], caughtUpAt: number | undefined): Promise<void> {
    const { topic, group, handle } = this.#options;
    try {
      const records: LogRecord<T>[] = parseEntries(topic, partition, entries);
      await handle(records, { partition, caughtUpAt, signal: this.#abort.signal });
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#failures.inc({ topic, group, partition });
      throw error;
    }
  }

  #batchSize(): number {
    const { batchSize } = this.#options;
    return typeof batchSize === 'function' ? Math.max(1, Math.floor(batchSize())) : batchSize;
  }

  async #pending(key: string): Promise<StreamEntry[]> {
    const { group, member } = this.#options;
    await this.#ensureGroup(key);
    const answer = (await this.#redis.xautoclaim(
      key,
      group,
      member,
      0,
      '0-0',
      'COUNT',
      this.#batchSize(),
    )) as unknown[];
    return ((answer[1] ?? []) as (StreamEntry | null)[]).filter(
      (entry) => entry?.[1] != null,
    ) as StreamEntry[];
  }

  /** New deliveries of these partitions, at most a batch of each. Where one cannot be read, all of them try again. */
  async #next(partitions: readonly number[]): Promise<Map<number, Batch>> {
    if (partitions.length === 0) return new Map();
    const { topic, group, member } = this.#options;
    const readAt = this.#clock.now();
    const limit = this.#batchSize();
    const keys = partitions.map((partition) => streamKey(topic, partition));
    try {
      const answer = (await this.#redis.xreadgroup(
        'GROUP',
        group,
        member,
        'COUNT',
        limit,
        'STREAMS',
        ...keys,
        ...keys.map(() => '>'),
      )) as [string, StreamEntry[]][] | null;
      const read = new Map(answer);
      return new Map(
        partitions.map((partition, i) => {
          const entries = read.get(keys[i]!) ?? [];
          return [partition, { entries, caughtUpAt: entries.length < limit ? readAt : undefined }];
        }),
      );
    } catch (error) {
      for (const partition of partitions) this.#retryLater(partition, error);
      return new Map();
    }
  }

  async #ensureGroup(key: string): Promise<void> {
    const start = this.#options.from === 'oldest' ? '0' : '$';
    try {
      await this.#redis.xgroup('CREATE', key, this.#options.group, start, 'MKSTREAM');
    } catch (error) {
      if (!messageOf(error).startsWith('BUSYGROUP')) throw error;
    }
  }

  #pause(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.#abort.signal }).catch(() => {});
  }
}
