import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { waitFor } from '../../lib/kit/wait.ts';

/** A real broker, one node that is its own controller; it keeps ports and data when it is killed and started again. */
export interface KafkaBroker {
  port: number;
  /** Ends it without warning and waits until it is gone. */
  kill(): Promise<void>;
  /** Brings it back after `kill`, with what it had on disk, and waits until it answers. */
  start(): Promise<void>;
  /** Freezes and thaws it: connections stay open, nothing is answered. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it and forgets its data. */
  stop(): Promise<void>;
}

/** A way to start a broker that is there on this machine. */
export interface KafkaSource {
  start(): Promise<KafkaBroker>;
}

/** What every broker of ours runs with, wherever it runs. */
export const BROKER_SETTINGS: Readonly<Record<string, string>> = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'offsets.topic.num.partitions': '1',
  'offsets.topic.replication.factor': '1',
  // Otherwise a new group waits three seconds for more members.
  'group.initial.rebalance.delay.ms': '0',
  'auto.create.topics.enable': 'false',
};

/** Waits until the broker on `port` answers. @param gone aborted when it has left */
export async function answers(port: number, gone: AbortSignal): Promise<void> {
  const client = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  });
  const asked = async () => {
    const admin = client.admin();
    try {
      await admin.connect();
      return (await admin.describeCluster()).brokers.length > 0;
    } finally {
      // kafkajs waits for an answer for ever when the broker dies while it is asked.
      await Promise.race([admin.disconnect(), delay(1_000, undefined, { ref: false })]);
    }
  };
  await waitFor(`Kafka to answer on port ${port}`, asked, {
    deadlineMs: 120_000,
    everyMs: 100,
    signal: gone,
  });
}
