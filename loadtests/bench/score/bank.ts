import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseView } from '../../../lib/features/view.ts';
import { HOUR_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import type { startRedis } from '../../../tests/support/redis.ts';
import type { Server } from '../../../tests/support/server.ts';
import { makeModel } from '../../../tests/support/serving/model.ts';
import { makeTraffic } from '../../../tests/support/serving/traffic.ts';

const REPOSITORY = new URL('../../../', import.meta.url);
export const CARDS = 4_000;
export const NOON_MS = OPENING_DAY_MS + 12 * HOUR_MS;

/** Fills the online store and the state folder of an inference that starts while its registry is away. */
export async function prepare(
  folder: string,
  online: Awaited<ReturnType<typeof startRedis>>,
  logUrl: string,
  trees: number,
): Promise<{ env: Record<string, string>; bodies: string[] }> {
  const yaml = readFileSync(new URL('services/features/definitions/fraud.v1.yaml', REPOSITORY), 'utf8');
  const view = parseView(yaml);
  const traffic = makeTraffic(view, NOON_MS, CARDS);
  const redis = await online.connect();
  await redis.mset(traffic.rows);

  const { version, bytes } = makeModel(view, traffic, trees);
  const digest = version.manifest.digest.slice('sha256:'.length);
  const state = join(folder, 'state');
  mkdirSync(join(state, 'artifacts', 'sha256'), { recursive: true });
  mkdirSync(join(state, 'views'), { recursive: true });
  const modelFile = join(state, 'artifacts', 'sha256', digest);
  writeFileSync(modelFile, bytes);
  writeFileSync(join(state, 'views', `${view.name}@${view.version}.yaml`), yaml);
  writeFileSync(join(state, 'serving-fraud.json'), JSON.stringify(version));

  const { columns, labels } = traffic;
  const features = new Float32Array(labels.length * columns.length);
  for (const [f, column] of columns.entries()) {
    for (let i = 0; i < labels.length; i++) features[i * columns.length + f] = column[i]!;
  }
  const featuresFile = join(folder, 'features.f32');
  writeFileSync(featuresFile, features);

  const nowhere = 'http://127.0.0.1:1';
  return {
    bodies: traffic.requests.map((transaction) => JSON.stringify({ transaction })),
    env: {
      // The floor.
      REDIS_URL: online.url,
      MODEL_FILE: modelFile,
      FEATURES_FILE: featuresFile,
      WIDTH: String(columns.length),
      // Inference.
      SERVICE_NAME: 'inference-eu',
      REGION: 'eu',
      ADMIN_TOKEN: 'a token nobody uses here',
      STATE_DIR: state,
      ONLINE_REDIS_URL: online.url,
      EVENT_LOG_URL: logUrl,
      REGISTRY_URL: nowhere,
      FEATURES_URL: nowhere,
      CLOCK_WALL_EPOCH_MS: String(Date.now()),
      CLOCK_BUSINESS_EPOCH_MS: String(NOON_MS),
      DRILL_DAY_SECONDS: '86400',
    },
  };
}

/** A benchmark of refusals would look splendid. */
export async function checkAnswer({ port }: Server, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${port}/v1/score`, { method: 'POST', headers, body });
  const answer = (await response.json()) as { features?: { source?: string }; degraded?: boolean };
  if (answer.features?.source === 'online' && answer.degraded === false) return;
  throw new Error(`inference does not answer from the online store: ${JSON.stringify(answer)}`);
}
