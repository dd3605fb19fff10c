import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, BROKER_SETTINGS, type KafkaBroker, type KafkaSource } from './kafka-broker.ts';
import { freePorts } from './ports.ts';

const MEMORY = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const CLUSTER = 'AAAAAAAAQACAAAAAAAAAAQ';

/**
 * A broker from the jars in $KAFKA_JARS, or where .ci/run puts them.
 * @throws Error saying what is absent
 */
export async function findKafkaJars(): Promise<KafkaSource> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const jars = process.env.KAFKA_JARS ?? join(cache, 'firedrill-ci', 'kafka');
  if (!existsSync(jars) || !readdirSync(jars).some((name) => name.startsWith('kafka_')))
    throw new Error("no jars of Kafka in $KAFKA_JARS or where .ci/run puts them (it needs 'java' and 'mvn')");
  const [java] = await once(spawn('java', ['-version'], { stdio: 'ignore' }), 'exit').catch(() => [127]);
  if (java !== 0) throw new Error('there are jars of Kafka, but no java on the PATH');
  return { start: () => startBroker(join(jars, '*')) };
}

async function startBroker(classpath: string): Promise<KafkaBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-'));
  const [port, controller] = (await freePorts(2)) as [number, number];
  const settings = join(folder, 'server.properties');
  const properties = {
    ...BROKER_SETTINGS,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'log.dirs': join(folder, 'data'),
  };
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(settings, lines.join(''));

  let said = '';
  const java = (...args: string[]) => {
    const child = spawn('java', [...MEMORY, '-cp', classpath, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said = `${said}${chunk}`.slice(-2_000);
      });
    }
    return child;
  };
  let broker: ChildProcess | undefined;
  const kill = async () => {
    if (!broker || broker.exitCode !== null || broker.signalCode !== null) return;
    const gone = once(broker, 'exit');
    broker.kill('SIGKILL');
    await gone;
  };
  const start = async () => {
    broker = java('kafka.Kafka', settings);
    const left = new AbortController();
    broker.once('exit', (code) => left.abort(new Error(`Kafka left with status ${code}: ${said}`)));
    await answers(port, left.signal);
  };
  const stop = async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    const formatted = java('kafka.tools.StorageTool', 'format', '-t', CLUSTER, '-c', settings);
    const [code] = await once(formatted, 'exit');
    if (code !== 0) throw new Error(`Kafka's folder could not be formatted: ${said}`);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    kill,
    start,
    pause: async () => void broker?.kill('SIGSTOP'),
    resume: async () => void broker?.kill('SIGCONT'),
    stop,
  };
}
