import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelManifest } from '../../lib/contract/registry.ts';
import { OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import { readConfig } from '../../lib/kit/config.ts';
import { buildRegistry } from '../../services/registry/app.ts';
import { Config } from '../../services/registry/config.ts';
import { freePort } from './ports.ts';

export const TOKEN = 'a-token-for-tests-only';

/** A registry that listens on a free port, with state and artifacts in a folder of its own. */
export interface TestRegistry {
  url: string;
  /** Its files; outlive `stop` until `forget`. */
  home: string;
  stop(): Promise<void>;
  /** Starts it again on the same files. */
  restart(): Promise<void>;
  forget(): Promise<void>;
  /** Calls with the token; parses JSON where there is some. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many shapes
  body: any;
}

/** @param logUrl Redis of the event log; one that nobody listens on is fine, events are spooled then */
export async function startRegistry(logUrl?: string): Promise<TestRegistry> {
  const home = mkdtempSync(join(tmpdir(), 'registry-'));
  const unused = logUrl ?? `redis://127.0.0.1:${await freePort()}`;
  const start = async () => {
    const config = readConfig(Config, {
      SERVICE_NAME: 'registry',
      PORT: '0',
      LOG_LEVEL: 'silent',
      ADMIN_TOKEN: TOKEN,
      CLOCK_WALL_EPOCH_MS: String(Date.now()),
      CLOCK_BUSINESS_EPOCH_MS: String(OPENING_DAY_MS),
      STATE_DIR: join(home, 'state'),
      EVENT_LOG_URL: unused,
      ARTIFACTS_DIR: join(home, 'artifacts'),
    });
    const { service } = await buildRegistry(config);
    await service.app.listen({ host: '127.0.0.1', port: 0 });
    registry.url = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`;
    registry.stop = () => service.lifecycle.stop();
  };
  const registry: TestRegistry = {
    url: '',
    home,
    stop: async () => {},
    async restart() {
      await registry.stop();
      await start();
    },
    async forget() {
      await registry.stop();
      rmSync(home, { recursive: true, force: true });
    },
    async call(method, path, body, headers = {}) {
      const isBytes = body instanceof Uint8Array;
      const response = await fetch(`${registry.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body !== undefined && {
            'content-type': isBytes ? 'application/octet-stream' : 'application/json',
          }),
          ...headers,
        },
        ...(body !== undefined && { body: isBytes ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
  };
  await start();
  return registry;
}

export const digestOf = (bytes: Uint8Array | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A manifest that agrees with itself, for one input called `amount`. */
export function sampleManifest(digest: string, changes: Partial<ModelManifest> = {}): ModelManifest {
  const quality = { rows: 100, positives: 2, auc: 0.9, log_loss: 0.05, precision: 0.5, recall: 0.6 };
  const baseline = { edges: [1], counts: [60, 40], missing: 0 };
  return {
    digest,
    algorithm: 'boosted_trees',
    run_id: 'run-1',
    code_version: '0.1.0',
    dataset: {
      fingerprint: digestOf('data'),
      rows: 100,
      from: '2025-02-01T00:00:00.000Z',
      to: '2025-03-01T00:00:00.000Z',
    },
    feature_view: { name: 'fraud', version: 1 },
    inputs: [{ name: 'amount', type: 'float' }],
    baselines: { amount: baseline, score: baseline },
    metrics: { overall: quality },
    thresholds: { review: 0.1, decline: 0.8 },
    golden: [{ features: [1], score: 0.2 }],
    parameters: { seed: 7 },
    ...changes,
  };
}
