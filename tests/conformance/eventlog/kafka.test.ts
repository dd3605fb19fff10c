import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, test } from 'vitest';
import { findKafka } from '../../support/kafka.ts';
import type { KafkaBroker } from '../../support/kafka-broker.ts';
import type { Backend } from './backend.ts';
import { describeConsumers } from './consumer-contract.ts';
import { describeDeadLetters } from './dead-letters-contract.ts';
import { describeProducers } from './producer-contract.ts';

const found = await findKafka();
if (typeof found === 'string') {
  test.skip(`the event log on Kafka: ${found}`, () => {});
} else {
  let broker: KafkaBroker | undefined;
  let opened = 0;
  beforeAll(async () => {
    broker = await found.start();
  }, 300_000);
  afterAll(() => broker?.stop());

  // One broker for all of them, which takes seconds to start; each test has topics of its own.
  const kafka: Backend = {
    name: 'Kafka',
    patienceMs: 120_000,
    async open() {
      const prefix = `t${opened++}`;
      const { port, kill, start, pause, resume } = broker!;
      return {
        ...{ kill, start, pause, resume },
        url: `kafka://127.0.0.1:${port}/${prefix}`,
        async put(topic, partition, text) {
          const producer = new Kafka({
            brokers: [`127.0.0.1:${port}`],
            logLevel: logLevel.NOTHING,
          }).producer({
            createPartitioner: () => () => partition,
          });
          await producer.connect();
          const [written] = await producer.send({ topic: `${prefix}.${topic}`, messages: [{ value: text }] });
          await producer.disconnect();
          return written!.baseOffset!;
        },
        stop: async () => {},
      };
    },
  };

  describeProducers(kafka);
  describeConsumers(kafka);
  describeDeadLetters(kafka);
}
