import { call } from '../lib/kit/call.ts';
import type { DrillContext } from './contract/parts.ts';

const TIMEOUT_MS = 3_000;
/** PromQL's comment at the end of what the engine asks itself, so that its query log tells ours from a person's. */
export const OWN_QUERY = ' # platform';

/** GET a JSON document from something on loopback. @throws Error naming the address and the status */
export async function getJson<T>(url: string, headers: Record<string, string> = {}): Promise<T> {
  const response = await call(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}`);
  return (await response.json()) as T;
}

export interface ActiveAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  state: 'pending' | 'firing';
  activeAt: string;
}

export async function activeAlerts(context: Pick<DrillContext, 'url'>): Promise<ActiveAlert[]> {
  const answer = await getJson<{ data: { alerts: ActiveAlert[] } }>(
    `${context.url('prometheus')}/api/v1/alerts`,
  );
  return answer.data.alerts;
}

/** Value of the first series of an instant query; undefined when there is none. @throws Error with PromQL's complaint */
export async function instantQuery(
  context: Pick<DrillContext, 'url'>,
  query: string,
): Promise<number | undefined> {
  const url = `${context.url('prometheus')}/api/v1/query?query=${encodeURIComponent(query + OWN_QUERY)}`;
  const response = await call(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const answer = (await response.json()) as {
    status: string;
    error?: string;
    data?: { resultType: string; result: { value: [number, string] }[] | [number, string] };
  };
  if (answer.status !== 'success' || !answer.data)
    throw new Error(answer.error ?? `Prometheus answered ${response.status}`);
  const { resultType, result } = answer.data;
  const sample =
    resultType === 'scalar'
      ? (result as [number, string])
      : (result as { value: [number, string] }[])[0]?.value;
  return sample === undefined ? undefined : Number(sample[1]);
}
