import type { KafkaMessage } from 'kafkajs';
import type { EventsByTopic, Topic } from '../../../contract/events.ts';
import { errors } from '../errors.ts';
import { type LogRecord, partitionName } from '../log.ts';

/** @throws AppError LOG_UNREADABLE naming partition and offset */
export function parseMessages<T extends Topic>(
  topic: T,
  partition: number,
  messages: readonly Pick<KafkaMessage, 'offset' | 'value'>[],
): LogRecord<T>[] {
  return messages.map(({ offset, value }) => {
    try {
      const event = JSON.parse(value?.toString() ?? '') as EventsByTopic[T];
      return { topic, partition, position: offset, event };
    } catch {
      throw errors.UNREADABLE(partitionName(topic, partition), offset);
    }
  });
}
