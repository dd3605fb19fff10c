import type { Operator } from '../engine/contract/play.ts';
import type { Disruption } from '../engine/contract/scenario.ts';

// What incidents on a cluster have in common.

export const REGIONS = ['firedrill-eu', 'firedrill-us'] as const;

export const deployment = (namespace: string, name: string): string =>
  `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;

/** Inference in both regions. */
export const INFERENCE = REGIONS.map((namespace) => deployment(namespace, 'inference'));

/** @param merge strategic merge patch, the same for all */
export const change = (paths: readonly string[], merge: Record<string, unknown>): Disruption => ({
  fault: 'object',
  with: { paths, change: merge },
});

/** Of GPUs, of a team. */
export const quota = (namespace: string): string => `/api/v1/namespaces/${namespace}/resourcequotas/gpus`;
export const quotaOf = (paths: readonly string[], gpus: number): Disruption =>
  change(paths, { spec: { hard: { 'requests.nvidia.com/gpu': String(gpus) } } });

/** Every pod of inference anew, without waiting for it. */
export const RESTARTED = change(INFERENCE, {
  spec: { template: { metadata: { annotations: { 'firedrill/nodes-patched': 'monthly' } } } },
});

/** Six processes start, on a machine that is busy already. */
export const nodesPatched = (...before: Disruption[]) => ({
  replay: [...before, RESTARTED],
  withinSeconds: 90,
  holdSeconds: 10,
  means: 'nodes are patched one after the other, and every pod finds its place again',
});

export const TARGETS = {
  local: { skipped: 'it needs a cluster: ./drill up --target kubernetes' },
  compose: { skipped: 'it needs a cluster: ./drill up --target kubernetes' },
  kubernetes: 'supported',
} as const;

export const kubectl = ({ run }: Operator, ...args: string[]): Promise<string> => run('kubectl', ...args);

/** `kubectl … deployment inference …` in both regions. */
export async function inBoth(operator: Operator, verb: readonly string[], ...args: string[]): Promise<void> {
  for (const region of REGIONS) {
    await kubectl(operator, '-n', region, ...verb, 'deployment', 'inference', ...args);
  }
}

/** Stays until they run: on a busy machine each takes some seconds to start. */
export const rolledOut = (operator: Operator): Promise<void> =>
  inBoth(operator, ['rollout', 'status'], '--timeout=180s');

/** What is in `spec` of the pods of inference, merged. */
export const pods = (operator: Operator, spec: Record<string, unknown>): Promise<void> =>
  inBoth(operator, ['patch'], '-p', JSON.stringify({ spec: { template: { spec } } }));
