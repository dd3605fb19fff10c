import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type Server, startServer } from '../../support/server.ts';
import { type Bank, openBank, post } from '../../support/serving/bank.ts';

interface Span {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}

let bank: Bank;
let collector: HttpServer;
const servers: Server[] = [];
const spans: Span[] = [];
const services = new URL('../../../services/', import.meta.url);

/** Takes OTLP over HTTP as JSON. */
async function startCollector(): Promise<string> {
  collector = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans) {
        const name = (attribute: { key: string }) => attribute.key === 'service.name';
        const service = resource.attributes.find(name).value.stringValue;
        for (const scope of scopeSpans) for (const span of scope.spans) spans.push({ service, ...span });
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  return `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const endpoint = await startCollector();
  bank = await openBank();
  await bank.promote(await bank.register('one'));
  const tracing = {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_TRACES_SAMPLER_ARG: '1',
  };
  const inference = await startServer(new URL('inference/main.ts', services), {
    ...bank.environment('inference-eu'),
    ...tracing,
    ONLINE_REDIS_URL: bank.online.url,
    REGISTRY_URL: bank.registry.url,
    FEATURES_URL: bank.featuresUrl,
    REGION: 'eu',
  });
  servers.push(inference);
  const gateway = await startServer(new URL('gateway/main.ts', services), {
    ...bank.environment('gateway'),
    ...tracing,
    INFERENCE_URLS: JSON.stringify({ eu: `http://127.0.0.1:${inference.port}` }),
  });
  servers.push(gateway);
});
afterAll(async () => {
  for (const server of servers.reverse()) await server.stop();
  await bank.stop();
  collector.closeAllConnections();
  collector.close();
});

test('one request is one trace: gateway, inference, feature lookup and model', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const caller = 'b7ad6b7169203331';
  const transaction = bank.traffic.requests[0];
  const url = `http://127.0.0.1:${servers[1]!.port}/v1/score`;
  const { status } = await post(url, { transaction }, { traceparent: `00-${traceId}-${caller}-01` });
  expect(status).toBe(200);
  const mine = await waitFor(
    'four spans',
    () => {
      const trace = spans.filter((span) => span.traceId === traceId);
      return trace.length >= 4 && trace;
    },
    { deadlineMs: 10_000, everyMs: 50 },
  );
  const span = (name: string) => mine.find((one) => one.name === name)!;
  expect(mine.map(({ service, name }) => `${service}: ${name}`).sort()).toEqual([
    'gateway: gateway',
    'inference-eu: feature lookup',
    'inference-eu: model',
    'inference-eu: score',
  ]);
  expect(span('gateway').parentSpanId).toBe(caller);
  expect(span('score').parentSpanId).toBe(span('gateway').spanId);
  expect(span('feature lookup').parentSpanId).toBe(span('score').spanId);
  expect(span('model').parentSpanId).toBe(span('score').spanId);
});

test('what the caller does not keep is kept nowhere', async () => {
  const traced = async (traceId: string, flags: string) => {
    const traceparent = `00-${traceId}-b7ad6b7169203331-${flags}`;
    const transaction = bank.traffic.requests[0];
    const { status } = await post(
      `http://127.0.0.1:${servers[1]!.port}/v1/score`,
      { transaction },
      { traceparent },
    );
    expect(status).toBe(200);
  };
  const [left, kept] = ['1af7651916cd43dd8448eb211c80319c', '2af7651916cd43dd8448eb211c80319c'];
  await traced(left!, '00');
  await traced(kept!, '01');
  // Sent later, so whatever the first one left would be here as well.
  await waitFor('four spans', () => spans.filter(({ traceId }) => traceId === kept).length >= 4, {
    deadlineMs: 10_000,
    everyMs: 50,
  });
  expect(spans.filter(({ traceId }) => traceId === left)).toEqual([]);
});
