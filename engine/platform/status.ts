import { call } from '../../lib/kit/call.ts';
import { activeAlerts, instantQuery } from '../prometheus.ts';
import type { Platform } from './platform.ts';

/** What an operator wants to know first. `null` is no data, never zero. */
export async function platformStatus(platform: Platform) {
  const [workloads, requests, alerts, freshness, auc, precision, recall, labels] = await Promise.all([
    platform.target.list(),
    number(platform, 'sum(rate(firedrill_gateway_requests_total[10s]))'),
    activeAlerts(platform).catch(() => null),
    number(platform, 'max(firedrill_feature_freshness_seconds)'),
    quality(platform, 'auc'),
    quality(platform, 'precision'),
    quality(platform, 'recall'),
    number(platform, 'sum(firedrill_monitor_matured_labels)'),
  ]);
  const unhealthy = workloads.flatMap(({ name, replicas, desired }) => [
    ...replicas
      .filter(({ state }) => state !== 'ready')
      .map(({ index, state, reasons }) => ({ workload: name, replica: index, state, reasons })),
    ...(replicas.length < desired
      ? [{ workload: name, replica: replicas.length, state: 'stopped', reasons: ['not started yet'] }]
      : []),
  ]);
  return {
    healthy: platform.state === 'up' && unhealthy.length === 0,
    state: platform.state,
    business_time: platform.clock.iso(),
    unhealthy,
    requests_per_second: requests,
    alerts:
      alerts
        ?.filter(({ state }) => state === 'firing')
        .map(({ labels, annotations, activeAt }) => ({
          name: labels.alertname ?? 'unnamed',
          severity: labels.severity ?? null,
          since: activeAt,
          summary: annotations.summary ?? null,
        })) ?? null,
    freshness_seconds: freshness,
    quality: { auc, precision, recall, matured_labels: labels ?? 0 },
    model: await servedModel(platform),
    drill: platform.incident(),
  };
}

const number = (platform: Platform, query: string): Promise<number | null> =>
  instantQuery(platform, query).then(
    (value) => (value === undefined || Number.isNaN(value) ? null : value),
    () => null,
  );

const quality = (platform: Platform, measure: string) =>
  number(platform, `max(firedrill_monitor_quality{measure="${measure}"})`);

async function servedModel({ url }: Platform): Promise<{ version: string; digest: string } | null> {
  const response = await call(`${url('registry')}/v1/models/fraud/aliases/champion`, {
    signal: AbortSignal.timeout(1_000),
  }).catch(() => undefined);
  if (!response?.ok) return null;
  const { version, manifest, digest } = (await response.json()) as {
    version: string | number;
    digest?: string;
    manifest?: { digest?: string };
  };
  return { version: String(version), digest: digest ?? manifest?.digest ?? '' };
}
