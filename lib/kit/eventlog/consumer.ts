import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Topic } from '../../contract/events.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';
import type { Metrics } from '../metrics.ts';
import { streamKey } from './keys.ts';
import type { ConsumeOptions, Consumer, LogRecord } from './log.ts';
import { Membership } from './membership.ts';
import { parseEntries, type StreamEntry } from './records.ts';
import { settleReadCount } from './settle.ts';

const IDLE_MS = 25;
const LONGEST_BACKOFF_MS = 2_000;

/**
 * A member of a Redis Streams consumer group, one partition after the other, in order. Deliveries that a crash left
 * pending, its own or another member's, come first: the lease says nobody else is working on them.
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
      let handled = 0;
      for (const partition of this.owned()) {
        if (this.#abort.signal.aborted) return;
        handled += await this.#attempt(partition);
      }
      if (handled === 0) await this.#pause(IDLE_MS);
    }
  }

  /** One turn of a partition that is ours; after a failure only when its time has come. Others do not wait for it. */
  async #attempt(partition: number): Promise<number> {
    const retry = this.#retries.get(partition);
    if (retry !== undefined && performance.now() < retry.at) return 0;
    // Asked now, not when the round began: a batch of another partition may have taken long.
    if (!this.#membership.owns(partition, Date.now())) return 0;
    this.#busy = partition;
    try {
      const handled = await this.#turn(partition);
      this.#retries.delete(partition);
      return handled;
    } catch (error) {
      this.#recovered.delete(partition);
      // Stopped in the middle of a batch: it stays pending for whoever comes next.
      if (this.#abort.signal.aborted) return 0;
      const { topic, group } = this.#options;
      const waitMs = Math.min(2 * (retry?.waitMs ?? IDLE_MS), LONGEST_BACKOFF_MS);
      this.#retries.set(partition, { waitMs, at: performance.now() + waitMs });
      this.#logger.warn({ topic, group, partition, err: messageOf(error) }, 'batch failed, trying again');
      return 0;
    } finally {
      this.#busy = undefined;
    }
  }

  async #turn(partition: number): Promise<number> {
    const { topic, group } = this.#options;
    const key = streamKey(topic, partition);
    const readAt = this.#clock.now();
    const pending = !this.#recovered.has(partition);
    const limit = this.#batchSize();
    const entries = pending ? await this.#pending(key, limit) : await this.#next(key, limit);
    if (pending && entries.length === 0) {
      await settleReadCount(this.#redis, key, group);
      this.#recovered.add(partition);
      return 1;
    }
    await this.#handle(partition, entries, !pending && entries.length < limit ? readAt : undefined);
    if (entries.length > 0) {
      await this.#redis.xack(key, group, ...entries.map(([id]) => id));
      this.#consumed.inc({ topic, group, partition }, entries.length);
    }
    return entries.length;
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

  async #pending(key: string, limit: number): Promise<StreamEntry[]> {
    const { group, member } = this.#options;
    await this.#ensureGroup(key);
    const answer = (await this.#redis.xautoclaim(key, group, member, 0, '0-0', 'COUNT', limit)) as unknown[];
    return ((answer[1] ?? []) as (StreamEntry | null)[]).filter(
      (entry) => entry?.[1] != null,
    ) as StreamEntry[];
  }

  async #next(key: string, limit: number): Promise<StreamEntry[]> {
    const { group, member } = this.#options;
    const answer = (await this.#redis.xreadgroup(
      'GROUP',
      group,
      member,
      'COUNT',
      limit,
      'STREAMS',
      key,
      '>',
    )) as [string, StreamEntry[]][] | null;
    return answer?.[0]?.[1] ?? [];
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
