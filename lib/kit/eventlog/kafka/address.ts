import type { Topic } from '../../../contract/events.ts';
import { errors } from '../errors.ts';

/** Where the log is, and what its topics and groups are called there. */
export interface Address {
  /** `host:port` each. */
  brokers: string[];
  topicName(topic: Topic): string;
  /** A group is one per topic, as on Redis: two readers of different topics must not rebalance each other. */
  groupName(topic: Topic, group: string): string;
}

/**
 * Reads `kafka://host:port[,host:port][/prefix]`; with a prefix several platforms share a broker.
 * @throws AppError LOG_BAD_URL
 */
export function parseAddress(url: string): Address {
  const [, hosts, prefix] = /^kafka:\/\/([^/,]+:\d+(?:,[^/,]+:\d+)*)(?:\/([\w.-]*))?$/.exec(url) ?? [];
  if (hosts === undefined) throw errors.BAD_URL(url);
  const own = prefix ? `${prefix}.` : '';
  return {
    brokers: hosts.split(','),
    topicName: (topic) => `${own}${topic}`,
    groupName: (topic, group) => `${own}${topic}.${group}`,
  };
}
