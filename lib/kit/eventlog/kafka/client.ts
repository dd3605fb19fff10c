import { Kafka, logLevel } from 'kafkajs';
import type { Logger } from '../../logging.ts';
import type { Address } from './address.ts';

/**
 * A client that gives up soon: whoever asked tries again, and decides what to do without Kafka meanwhile. It says at
 * level debug what it meets; those who use it say once that the broker is gone.
 */
export const createClient = (
  { brokers }: Address,
  { name, logger }: { name: string; logger?: Pick<Logger, 'debug'> | undefined },
): Kafka =>
  new Kafka({
    clientId: name,
    brokers,
    connectionTimeout: 2_000,
    requestTimeout: 4_000,
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 500 },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ namespace, log: { message } }) =>
        logger?.debug({ kafka: namespace }, message),
  });
