import Type from 'typebox';
import { clusterOf } from '../cluster.ts';
import { defineFault } from '../contract/parts.ts';
import type { Live } from '../targets/kubernetes/api.ts';
import { asWritten, writeObject } from '../targets/kubernetes/objects.ts';

interface ObjectChange {
  paths: string[];
  change: Record<string, unknown>;
}

/** By path: the object as it was; null where there was none. */
type Undo = Record<string, Live | null>;

/** Nobody waits for what the cluster makes of it: that is what the incident is about. */
export default defineFault<ObjectChange>({
  describe:
    'Objects of the cluster are changed, as anybody with kubectl might: nodes, quotas, DaemonSets, Deployments. Target kubernetes only.',
  // Copies of what is ours in the cluster are part of every snapshot there.
  heldBySnapshot: true,
  arguments: {
    paths: Type.Array(Type.String({ pattern: '^/apis?/' }), {
      minItems: 1,
      description: "of the API: '/api/v1/nodes/firedrill-gpu-1'; all get the same change",
    }),
    change: Type.Record(Type.String(), Type.Unknown(), {
      description: 'strategic merge patch, {spec: {unschedulable: true}}',
    }),
  },
  async inject(context, { paths, change }): Promise<Undo> {
    const cluster = clusterOf(context);
    const undo: Undo = {};
    for (const path of paths) {
      const before = await cluster.get(path);
      undo[path] = before ? asWritten(path, before) : null;
      await cluster.patch(path, change, 'strategic-merge');
    }
    return undo;
  },
  async clear(context, _args, undo) {
    const cluster = clusterOf(context);
    for (const [path, before] of Object.entries((undo ?? {}) as Undo)) {
      if (before) await writeObject(cluster, path, before);
    }
  },
});
