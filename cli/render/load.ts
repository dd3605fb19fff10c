import type { Figures, K6Summary, Threshold } from '../load/summary.ts';
import { duration, table } from '../output.ts';

/** One run of a profile, as printed with --json and written to `file`. */
export interface LoadReport extends Figures {
  profile: string;
  runner: string;
  version: string;
  /** Wall time. */
  started_at: string;
  interrupted: boolean;
  file: string;
  /** Everything k6 measured, by metric. */
  metrics: K6Summary['metrics'];
}

export function renderLoad(report: LoadReport): string {
  const { latency_ms: latency, thresholds, crossed } = report;
  const ms = (value: number): string => `${plain(value)} ms`;
  const figures: [string, string][] = [
    [
      'requests',
      `${report.requests} in ${duration(report.seconds * 1000)}, ${plain(report.requests_per_second)}/s`,
    ],
    ['failed', shareOf(report.failed)],
    ['refused', shareOf(report.refused)],
    ['degraded', shareOf(report.degraded)],
    ['not sent', String(report.dropped)],
    [
      'latency',
      latency
        ? `p50 ${ms(latency.p50)}  p95 ${ms(latency.p95)}  p99 ${ms(latency.p99)}  max ${ms(latency.max)}`
        : 'nothing was answered',
    ],
  ];
  return [
    `${report.profile} against ${report.targets.join(' and ')} (${report.runner} ${report.version})${report.interrupted ? ', interrupted' : ''}`,
    ...figures.map(([name, value]) => `  ${name.padEnd(10)}${value}`),
    '',
    table(
      ['', 'threshold', 'of', 'measured'],
      thresholds.map((one) => [one.met ? '✓' : '✗', one.threshold, one.metric, measured(one)]),
    ),
    '',
    crossed === 0
      ? `all ${thresholds.length} thresholds hold`
      : `${crossed} of ${thresholds.length} thresholds crossed`,
    `report: ${report.file}`,
  ].join('\n');
}

function measured({ value, unit }: Threshold): string {
  if (value === null) return '-';
  if (unit === 'share') return shareOf(value);
  return unit === 'ms' ? `${plain(value)} ms` : plain(value);
}

const shareOf = (value: number | null): string => (value === null ? '-' : `${plain(value * 100)} %`);

/** Three digits that matter, and every digit before the point. */
const plain = (value: number): string =>
  String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
