import { type Cluster, type Consumer, type ConsumerConfig, type Kafka, PartitionAssigners } from 'kafkajs';

/**
 * A consumer, and its view of the brokers, which kafkajs shows to partition assigners alone. With it a partition can
 * be read without joining a group.
 */
export function consumerWithCluster(
  client: Kafka,
  config: ConsumerConfig,
): { consumer: Consumer; cluster: Cluster } {
  let cluster: Cluster | undefined;
  const consumer = client.consumer({
    ...config,
    partitionAssigners: [
      (given) => {
        cluster = given.cluster;
        return PartitionAssigners.roundRobin(given);
      },
    ],
  });
  return { consumer, cluster: cluster! };
}
