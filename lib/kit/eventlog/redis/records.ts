import type { EventsByTopic, Topic } from '../../../contract/events.ts';
import { errors } from '../errors.ts';
import type { LogRecord } from '../log.ts';
import { streamKey } from './keys.ts';

/** An entry as Redis answers it: id, then field and value in turn. */
export type StreamEntry = [string, string[]];

/** @throws AppError LOG_UNREADABLE naming stream and position */
export function parseEntries<T extends Topic>(
  topic: T,
  partition: number,
  entries: StreamEntry[],
): LogRecord<T>[] {
  return entries.map(([position, fields]) => {
    try {
      const event = JSON.parse(fields[fields.indexOf('e') + 1] ?? '') as EventsByTopic[T];
      return { topic, partition, position, event };
    } catch {
      throw errors.UNREADABLE(streamKey(topic, partition), position);
    }
  });
}
