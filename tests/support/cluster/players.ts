import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeApi, type Live } from '../../../engine/targets/kubernetes/api.ts';
import { Kubelet } from '../../../engine/targets/kubernetes/kubelet.ts';
import { idle } from '../../../engine/targets/kubernetes/status.ts';
import type { ControlPlane } from './control-plane.ts';

export interface Players {
  stop(): Promise<void>;
}

/**
 * Nodes whose pods do nothing: each is ready as soon as it has a node, and a job's has succeeded.
 * @param nodes with `status.capacity`
 */
export async function playNodes(
  plane: Pick<ControlPlane, 'kubeconfig'>,
  nodes: readonly Live[],
): Promise<Players> {
  const folder = mkdtempSync(join(tmpdir(), 'players-'));
  const api = new KubeApi(join(folder, 'kube.sock'), {
    PATH: process.env.PATH,
    // kubectl keeps a cache in it.
    HOME: folder,
    KUBECONFIG: plane.kubeconfig,
  });
  await api.open();
  const run = (pod: Live) => {
    const isJob = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job');
    const view = { ...idle(Date.now()), ...(isJob && { completed: true as const }) };
    return { view: () => view, stop: async () => {} };
  };
  const kubelet = new Kubelet({ api, nodes, run, logger: { warn: () => {} } });
  await kubelet.open();
  return {
    async stop() {
      await kubelet.close();
      await api.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
