import Type from 'typebox';
import { clusterOf } from '../cluster.ts';
import { defineFault } from '../contract/parts.ts';
import type { Live } from '../targets/kubernetes/api.ts';

interface Manifest {
  collection: string;
  objects: Record<string, unknown>[];
}

/** Paths of what was made. */
type Undo = string[];

/**
 * As with `object`, nobody waits for what the cluster makes of it. Copies of what is ours do not undo all of it: somebody
 * may have made it anew, without the label that makes it ours.
 */
export default defineFault<Manifest>({
  describe:
    'Objects of the cluster are made, as anybody with kubectl might: jobs of another team, a priority class. Target kubernetes only.',
  arguments: {
    collection: Type.String({
      pattern: '^/apis?/',
      description: "of the API: '/apis/batch/v1/namespaces/firedrill-research/jobs'",
    }),
    objects: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
      minItems: 1,
      description: 'as they are written; `metadata.generateName` for one that may come more than once',
    }),
  },
  async inject(context, { collection, objects }): Promise<Undo> {
    const cluster = clusterOf(context);
    const made: Live[] = [];
    for (const object of objects) made.push(await cluster.create(collection, object));
    return made.map(({ metadata }) => `${collection}/${metadata.name}`);
  },
  async clear(context, _args, undo) {
    const cluster = clusterOf(context);
    for (const path of (undo ?? []) as Undo) {
      await cluster.delete(path, { propagationPolicy: 'Background' });
    }
  },
});
