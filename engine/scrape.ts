import { call } from '../lib/kit/call.ts';
export interface Series {
  labels: Record<string, string>;
  value: number;
}

/**
 * Reads one metric from a process's own /metrics, past Prometheus.
 * Text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
 */
export async function scrape(url: string, metric: string): Promise<Series[]> {
  const response = await call(url, { signal: AbortSignal.timeout(3_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return parseSeries(await response.text(), metric);
}

export function parseSeries(text: string, metric: string): Series[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (match?.[1] !== metric) return [];
    const labels = [...(match[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [
      name,
      value,
    ]);
    return [{ labels: Object.fromEntries(labels), value: Number(match[3]) }];
  });
}
