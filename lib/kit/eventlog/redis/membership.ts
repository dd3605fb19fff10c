import type { Redis } from 'ioredis';
import type { Topic } from '../../../contract/events.ts';
import { partitionsOf } from '../log.ts';
import { leaseKey, membersKey } from './keys.ts';

const LEASE_MS = 3_000;

/** Takes the lease when it is free, extends it when it is ours. */
const TAKE = `
local holder = redis.call('GET', KEYS[1])
if not holder or holder == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1
end
return 0`;

const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/**
 * Which partitions a member of a consumer group owns. Members announce themselves; partition i belongs to the
 * i-th of the living ones, round-robin; a lease keeps two from working on one partition during a hand-over.
 */
export class Membership {
  readonly #redis: Redis;
  readonly #topic: Topic;
  readonly #group: string;
  readonly #member: string;
  #owned = new Set<number>();
  /** Not ours any more, but the batch in hand is: the lease is kept until it is done. */
  #leaving = new Set<number>();
  #validUntil = 0;

  constructor(redis: Redis, topic: Topic, group: string, member: string) {
    this.#redis = redis;
    this.#topic = topic;
    this.#group = group;
    this.#member = member;
  }

  get owned(): number[] {
    return [...this.#owned].sort((a, b) => a - b);
  }

  /** How often `renew` has to be called, wall ms. */
  static readonly renewEveryMs = LEASE_MS / 3;

  /**
   * @param wallNow wall time, epoch ms
   * @param busy the partition a batch of which is being processed
   */
  async renew(wallNow: number, busy: number | undefined): Promise<number[]> {
    const key = membersKey(this.#topic, this.#group);
    await this.#redis.zadd(key, wallNow, this.#member);
    await this.#redis.zremrangebyscore(key, '-inf', String(wallNow - LEASE_MS));
    const members = (await this.#redis.zrange(key, 0, '-1')).sort();
    const owned = new Set<number>();
    for (const partition of partitionsOf(this.#topic)) {
      if (members[partition % members.length] === this.#member) {
        this.#leaving.delete(partition);
        if ((await this.#take(partition)) === 1) owned.add(partition);
      } else if (this.#owned.has(partition) || this.#leaving.has(partition)) {
        await this.#giveUp(partition, busy);
      }
    }
    this.#owned = owned;
    this.#validUntil = wallNow + LEASE_MS;
    return this.owned;
  }

  /** Whether a batch of `partition` may be begun: a process that was frozen finds its lease run out. */
  owns(partition: number, wallNow: number): boolean {
    return wallNow < this.#validUntil && this.#owned.has(partition);
  }

  /** Without Redis nobody can know who owns what: own nothing until the next renewal. */
  lose(): void {
    this.#owned.clear();
    this.#leaving.clear();
  }

  async leave(): Promise<void> {
    for (const partition of [...this.#owned, ...this.#leaving]) await this.#release(partition);
    this.lose();
    await this.#redis.zrem(membersKey(this.#topic, this.#group), this.#member);
  }

  async #giveUp(partition: number, busy: number | undefined): Promise<void> {
    // Nothing new is begun once it is not in #owned, also when the batch ends while we wait for Redis here.
    this.#owned.delete(partition);
    if (partition === busy) {
      this.#leaving.add(partition);
      await this.#take(partition);
    } else {
      this.#leaving.delete(partition);
      await this.#release(partition);
    }
  }

  #take(partition: number): Promise<unknown> {
    return this.#redis.eval(TAKE, 1, leaseKey(this.#topic, partition, this.#group), this.#member, LEASE_MS);
  }

  #release(partition: number): Promise<unknown> {
    return this.#redis.eval(RELEASE, 1, leaseKey(this.#topic, partition, this.#group), this.#member);
  }
}
