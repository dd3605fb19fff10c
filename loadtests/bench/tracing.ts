/**
 * What tracing costs `/v1/score` at inference: one process without, one that exports to a collector at the default
 * sampling, one that keeps every trace. Callers send no trace context, so each request is a root.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BenchOptions, type BenchRow, row } from './bench.ts';
import { onStage, pairedRatio, takeTurns } from './score/stage.ts';

const TREES = 300;
const CONNECTIONS = 32;

export const run = ({ quick, progress }: BenchOptions): Promise<BenchRow[]> =>
  onStage({ trees: TREES, progress }, async (stage) => {
    let exports = 0;
    const collector = createServer((request, response) => {
      exports++;
      request.resume().on('end', () => response.writeHead(200).end());
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    stage.later(() => collector.close());
    stage.later(() => collector.closeAllConnections());
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const start = (name: string, env: Record<string, string>) =>
      stage.startInference({ ...env, SERVICE_NAME: `inference-${name}` });
    const servers = {
      off: await start('off', {}),
      sampled: await start('sampled', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
      all: await start('all', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: '1' }),
    };
    const shape = { rounds: quick ? 1 : 8, seconds: quick ? 2 : 3, connections: CONNECTIONS };
    const { off, sampled, all } = await takeTurns(stage, servers, shape, progress);
    if (exports === 0) throw new Error('no span was exported: nothing was measured');
    const cpu = ({ micros }: { micros: number }) => micros;
    const against = 'the same without tracing';
    return [
      row('tracing_ratio', pairedRatio(sampled, off), 'times the rate', { atLeast: 0.99 }, against),
      row('tracing_cpu', pairedRatio(sampled, off, cpu), 'times the CPU a request', {}, against),
      row('tracing_all_ratio', pairedRatio(all, off), 'times the rate', {}, `${against}, every trace kept`),
    ];
  });
