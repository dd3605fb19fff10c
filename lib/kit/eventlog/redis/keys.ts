import type { Topic } from '../../../contract/events.ts';
import { partitionName } from '../log.ts';

/** Names in Redis, readable with redis-cli; a partition's stream is called what everybody calls the partition. */
export const streamKey = partitionName;
export const membersKey = (topic: Topic, group: string): string => `log:${topic}:members:${group}`;
export const leaseKey = (topic: Topic, partition: number, group: string): string =>
  `log:${topic}:${partition}:lease:${group}`;
