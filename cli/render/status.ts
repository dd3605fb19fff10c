/** GET /v1/status. `null` is no data, never zero. */
export interface Status {
  healthy: boolean;
  state: string;
  business_time: string;
  unhealthy: { workload: string; replica: number; state: string; reasons: string[] }[];
  requests_per_second: number | null;
  alerts: { name: string; severity: string | null; since: string; summary: string | null }[] | null;
  freshness_seconds: number | null;
  quality: { auc: number | null; precision: number | null; recall: number | null; matured_labels: number };
  model: { version: string; digest: string } | null;
  drill: { number: number; title: string; phase: string } | null;
}

const shown = (value: number | null, digits: number, unit: string): string =>
  value === null ? 'no data' : `${value.toFixed(digits)}${unit}`;

export function renderStatus(status: Status): string {
  const { quality, model, drill, alerts } = status;
  const line = (name: string, text: string) => `${name.padEnd(12)} ${text}`;
  return [
    line('platform', status.healthy ? 'healthy' : `${status.state}, not healthy`),
    ...status.unhealthy.map(({ workload, replica, state, reasons }) =>
      line('', `${workload} #${replica} is ${state}${reasons.length ? `: ${reasons.join('; ')}` : ''}`),
    ),
    line('bank time', status.business_time),
    line('traffic', shown(status.requests_per_second, 1, ' requests/s')),
    line('model', model ? `fraud ${model.version} (${model.digest.slice(0, 19)})` : 'none serves'),
    line('freshness', shown(status.freshness_seconds, 0, ' business seconds behind')),
    line(
      'quality',
      quality.auc === null
        ? 'not enough matured labels yet'
        : `AUC ${quality.auc.toFixed(3)} on ${quality.matured_labels} matured labels`,
    ),
    line('alerts', alerts === null ? 'no data' : alerts.length === 0 ? 'none' : `${alerts.length} firing`),
    ...(alerts ?? []).map(({ name, summary }) => line('', summary ? `${name}: ${summary}` : name)),
    line('drill', drill ? `incident ${drill.number}: ${drill.title} (${drill.phase})` : 'none'),
  ].join('\n');
}
