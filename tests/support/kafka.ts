import { messageOf } from '../../lib/kit/errors.ts';
import type { KafkaSource } from './kafka-broker.ts';
import { findKafkaImage } from './kafka-docker.ts';
import { findKafkaJars } from './kafka-java.ts';

/** A broker from an image or from jars; otherwise what is absent, in one line. */
export async function findKafka(): Promise<KafkaSource | string> {
  const absent: string[] = [];
  for (const find of [findKafkaImage, findKafkaJars]) {
    try {
      return await find();
    } catch (error) {
      absent.push(messageOf(error));
    }
  }
  return absent.join('; ');
}
