import { GenericContainer, getContainerRuntimeClient, getReaper, ImageName } from 'testcontainers';
import { messageOf } from '../../lib/kit/errors.ts';
import { answers, BROKER_SETTINGS, type KafkaBroker, type KafkaSource } from './kafka-broker.ts';
import { freePort } from './ports.ts';

const IMAGE = 'apache/kafka:4.1.0';
const CONTROLLER_PORT = 9093;

/**
 * A broker in a container.
 * @throws Error saying what is absent
 */
export async function findKafkaImage(): Promise<KafkaSource> {
  const runtime = await getContainerRuntimeClient().catch(() => {
    throw new Error('no Docker engine answers');
  });
  const image = ImageName.fromString(IMAGE);
  try {
    await runtime.image.pull(image);
    // Another image, which clears away containers that were left behind.
    await getReaper(runtime);
  } catch (error) {
    throw new Error(`Docker cannot bring ${IMAGE}: ${messageOf(error)}`);
  }
  return { start: startBroker };
}

async function startBroker(): Promise<KafkaBroker> {
  // The same inside and outside, and fixed: a broker tells its clients where it is, and Docker deals anew at each start.
  const port = await freePort();
  const settings = {
    ...BROKER_SETTINGS,
    'controller.quorum.voters': `1@localhost:${CONTROLLER_PORT}`,
    listeners: `PLAINTEXT://0.0.0.0:${port},CONTROLLER://0.0.0.0:${CONTROLLER_PORT}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
  };
  const environment = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
      value,
    ]),
  );
  const started = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment(environment)
    .start();
  const { container: client } = await getContainerRuntimeClient();
  const container = client.getById(started.getId());
  const never = new AbortController().signal;
  await answers(port, never);
  return {
    port,
    async kill() {
      await container.kill({ signal: 'SIGKILL' });
      await container.wait({ condition: 'not-running' });
    },
    async start() {
      await container.start();
      await answers(port, never);
    },
    pause: () => container.pause(),
    resume: () => container.unpause(),
    stop: async () => void (await started.stop()),
  };
}
