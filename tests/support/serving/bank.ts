import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import type { EventsByTopic, Topic } from '../../../lib/contract/events.ts';
import type { ModelManifest } from '../../../lib/contract/registry.ts';
import { type FeatureView, parseView } from '../../../lib/features/view.ts';
import { HOUR_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { readConfig } from '../../../lib/kit/config.ts';
import { partitionsOf } from '../../../lib/kit/eventlog/log.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { buildGateway } from '../../../services/gateway/app.ts';
import { GatewayConfig } from '../../../services/gateway/config.ts';
import { buildInference, type Inference } from '../../../services/inference/app.ts';
import { InferenceConfig } from '../../../services/inference/config.ts';
import { DURABLE, type RedisServer, startRedis } from '../redis.ts';
import { startRegistry, type TestRegistry, TOKEN } from '../registry.ts';
import { makeModel } from './model.ts';
import { makeTraffic, type Traffic } from './traffic.ts';

/** Business time while a test runs: noon of the opening day, in real time. */
export const NOON_MS = OPENING_DAY_MS + 12 * HOUR_MS;
const CARDS = 120;
const definition = new URL('../../../services/features/definitions/fraud.v1.yaml', import.meta.url);

type Gateway = Awaited<ReturnType<typeof buildGateway>> & { url: string };
type Region = Inference & { url: string };

/**
 * The serving half of the bank with its real parts: registry, both Redises, inference, gateway, each listening on a
 * free port. Only the feature service is stood in for, by the one call that inference makes of it.
 */
export interface Bank {
  online: RedisServer;
  log: RedisServer;
  registry: TestRegistry;
  view: FeatureView;
  traffic: Traffic;
  /** Registers a model of its own seed; `changes` go into the manifest. Answers the version. */
  register(seed: string, changes?: Partial<ModelManifest>): Promise<string>;
  promote(version: string): Promise<void>;
  startInference(region: string, env?: Record<string, string>): Promise<Region>;
  startGateway(inferenceUrls: unknown, env?: Record<string, string>): Promise<Gateway>;
  /** What a process of its own needs in its environment, but for its own URLs. */
  environment(name: string): Record<string, string>;
  featuresUrl: string;
  /** Payloads of a topic, oldest first per partition. */
  events<T extends Topic>(topic: T): Promise<EventsByTopic[T][]>;
  stop(): Promise<void>;
}

export async function openBank(): Promise<Bank> {
  const home = mkdtempSync(join(tmpdir(), 'bank-'));
  const stops: (() => unknown)[] = [() => rmSync(home, { recursive: true, force: true })];
  const online = await startRedis();
  stops.push(() => online.stop());
  const log = await startRedis(DURABLE);
  stops.push(() => log.stop());
  const registry = await startRegistry(log.url);
  stops.push(() => registry.forget());
  const yaml = readFileSync(definition, 'utf8');
  const view = parseView(yaml);
  const features = fastify();
  features.get('/v1/views/fraud/versions/1', () => ({ name: 'fraud', version: 1, yaml }));
  const featuresUrl = await features.listen({ host: '127.0.0.1', port: 0 });
  stops.push(() => features.close());

  const traffic = makeTraffic(view, NOON_MS, CARDS);
  await (await online.connect()).mset(traffic.rows);
  const clock = {
    CLOCK_WALL_EPOCH_MS: String(Date.now()),
    CLOCK_BUSINESS_EPOCH_MS: String(NOON_MS),
    DRILL_DAY_SECONDS: '86400',
  };
  let started = 0;
  const common = (name: string) => ({
    ...clock,
    SERVICE_NAME: name,
    PORT: '0',
    LOG_LEVEL: 'silent',
    ADMIN_TOKEN: TOKEN,
    EVENT_LOG_URL: log.url,
    STATE_DIR: join(home, `${name}-${started++}`),
  });

  return {
    online,
    log,
    registry,
    view,
    traffic,
    featuresUrl,
    environment: common,
    async register(seed, changes = {}) {
      const { version, bytes } = makeModel(view, traffic, 8, seed);
      await registry.call('PUT', '/v1/artifacts', bytes);
      const manifest = { ...version.manifest, ...changes };
      const answer = await registry.call('POST', '/v1/models/fraud/versions', { manifest });
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return answer.body.version;
    },
    async promote(version) {
      const body = { version, reason: 'test' };
      const answer = await registry.call('PUT', '/v1/models/fraud/aliases/champion', body);
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    },
    async startInference(region, env = {}) {
      const config = readConfig(InferenceConfig, {
        ...common(`inference-${region}`),
        ONLINE_REDIS_URL: online.url,
        REGISTRY_URL: registry.url,
        FEATURES_URL: featuresUrl,
        REGION: region,
        ...env,
      });
      const inference = await buildInference(config);
      const url = await inference.service.app.listen({ host: '127.0.0.1', port: 0 });
      stops.push(() => inference.service.lifecycle.stop());
      return { ...inference, url };
    },
    async startGateway(inferenceUrls, env = {}) {
      const config = readConfig(GatewayConfig, {
        ...common('gateway'),
        INFERENCE_URLS: JSON.stringify(inferenceUrls),
        ...env,
      });
      const gateway = await buildGateway(config);
      const url = await gateway.service.app.listen({ host: '127.0.0.1', port: 0 });
      stops.push(() => gateway.service.lifecycle.stop());
      return { ...gateway, url };
    },
    async events<T extends Topic>(topic: T) {
      const redis = await log.connect();
      const streams = await Promise.all(
        partitionsOf(topic).map((partition) => redis.xrange(`log:${topic}:${partition}`, '-', '+')),
      );
      return streams.flat().map(([, fields]) => JSON.parse(fields[1]!) as EventsByTopic[T]);
    },
    async stop() {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

export interface JsonAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many shapes
  body: any;
}

export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Until inference has a model, of that version if one is named. */
export const serves = (inference: Pick<Inference, 'serving'>, version?: string): Promise<unknown> =>
  waitFor(
    `inference to serve ${version ?? 'a model'} (${inference.serving.problem})`,
    () => {
      const current = inference.serving.current?.identity.version;
      return current !== undefined && (version === undefined || current === version);
    },
    { deadlineMs: 15_000, everyMs: 20 },
  );

/** One sample of a metric, as Prometheus would scrape it; undefined when there is none. */
export async function sample(url: string, series: string): Promise<number | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
