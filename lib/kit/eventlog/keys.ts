import type { Topic } from '../../contract/events.ts';

/** Names in Redis, readable with redis-cli. */
export const streamKey = (topic: Topic, partition: number): string => `log:${topic}:${partition}`;
export const membersKey = (topic: Topic, group: string): string => `log:${topic}:members:${group}`;
export const leaseKey = (topic: Topic, partition: number, group: string): string =>
  `log:${topic}:${partition}:lease:${group}`;
