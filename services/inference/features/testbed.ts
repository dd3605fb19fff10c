import type { Metrics } from '../../../lib/kit/metrics.ts';

/** One sample as Prometheus would scrape it; 0 for a counter nobody has counted with. */
export async function sampleOf(metrics: Metrics, series: string): Promise<number> {
  const lines = (await metrics.registry.metrics()).split('\n');
  const line = lines.find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}

/** A logger that remembers. */
export function listen() {
  const lines: { level: 'info' | 'warn'; line: unknown }[] = [];
  return {
    lines,
    info: (line: unknown) => void lines.push({ level: 'info', line }),
    warn: (line: unknown) => void lines.push({ level: 'warn', line }),
  };
}
