import Type from 'typebox';
import { clusterOf } from '../cluster.ts';
import { defineProbe } from '../contract/parts.ts';
import type { Live } from '../targets/kubernetes/api.ts';

type Measure = 'begun' | 'running' | 'waited_seconds';

/** On a pod: whose it is. */
const JOB = 'batch.kubernetes.io/job-name';

/** Jobs of the cluster, which a pipeline's jobs are not. A pod that a quota keeps from being made waits, too. */
export default defineProbe<{ namespace: string; measure: Measure }>({
  describe: "How the jobs of a team's namespace fare. Target kubernetes.",
  unit: 'ratio of the pods they are to have at a time, pods, or wall seconds',
  range: ({ measure }) => (measure === 'begun' ? { min: 0, max: 1 } : { min: 0 }),
  arguments: {
    namespace: Type.String({ minLength: 1 }),
    measure: Type.Unsafe<Measure>({
      type: 'string',
      enum: ['begun', 'running', 'waited_seconds'],
      description:
        'pods that run or are done, those that run, or how long a job has been there that lacks some',
    }),
  },
  async read(context, { namespace, measure }) {
    const cluster = clusterOf(context);
    const [jobs, pods] = await Promise.all([
      cluster.list(`/apis/batch/v1/namespaces/${namespace}/jobs`),
      cluster.list(`/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(JOB)}`),
    ]);
    if (jobs.length === 0) return { value: undefined, detail: `there are no jobs in ${namespace}` };
    const all = jobs.map((job) => faringOf(job, pods));
    const sum = (read: (one: Faring) => number) => all.reduce((total, one) => total + read(one), 0);
    const lacking = all.filter(({ places, placed }) => placed < places);
    const waited = Math.max(0, ...lacking.map(({ seconds }) => seconds));
    const value = {
      begun: sum(({ placed }) => placed) / sum(({ places }) => places),
      running: sum(({ running }) => running),
      waited_seconds: waited,
    }[measure];
    const waiting = lacking.map(({ name, places, placed }) => `${name} ${placed}/${places}`).join(', ');
    const since = lacking.length > 0 ? ` for up to ${Math.round(waited)} s: ${waiting}` : '';
    return {
      value,
      detail: `${sum(({ running }) => running)} pods running, ${lacking.length} of ${jobs.length} jobs wait${since}`,
    };
  },
});

interface Faring {
  name: string;
  /** Pods it is to have at a time. */
  places: number;
  /** Of those, how many run or are done. */
  placed: number;
  running: number;
  /** Since it was handed in. */
  seconds: number;
}

/** What a job's status says of pods that run is from before it began to wait for another try. */
function faringOf({ metadata, spec, status }: Live, pods: readonly Live[]): Faring {
  const { parallelism = 1, completions = parallelism } = spec;
  const own = pods.filter((pod) => pod.metadata.labels?.[JOB] === metadata.name);
  const inPhase = (phase: string) => own.filter((pod) => pod.status?.phase === phase);
  const running = inPhase('Running').filter((pod) => !pod.metadata.deletionTimestamp).length;
  const done = Math.max(status?.succeeded ?? 0, inPhase('Succeeded').length);
  const places = Math.min(parallelism, completions);
  return {
    name: metadata.name,
    places,
    placed: Math.min(places, running + done),
    running,
    seconds: (Date.now() - Date.parse(metadata.creationTimestamp ?? '')) / 1_000,
  };
}
