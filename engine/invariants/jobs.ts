import { clusterOf } from '../cluster.ts';
import { defineInvariant } from '../contract/parts.ts';
import type { Live } from '../targets/kubernetes/api.ts';

interface Handed {
  /** Another one of the same name begins from nothing. */
  uid: string;
  /** What it asks for, as JSON. */
  spec: string;
  suspended: boolean;
  /** Why it has been given up. */
  failed: string | undefined;
}

/** As jobs of a drill are labelled; those of somebody else in the same cluster are nobody's business. */
const JOBS = '/apis/batch/v1/jobs?labelSelector=app.kubernetes.io%2Fpart-of%3Dfiredrill';

export default defineInvariant<Record<string, Handed>>({
  describe:
    'Jobs that somebody handed in are there, and ask for what they asked for: none was deleted, suspended, changed or given up. Target kubernetes.',
  async capture(context) {
    const jobs = await clusterOf(context).list(JOBS);
    return Object.fromEntries(
      jobs.map((job) => [`${job.metadata.namespace}/${job.metadata.name}`, handedOf(job)]),
    );
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return Object.entries(baseline).flatMap(([name, before]) => {
      const why = whyNotKept(before, now[name]);
      return why === undefined ? [] : [`${name} ${why}`];
    });
  },
});

function whyNotKept(before: Handed, now: Handed | undefined): string | undefined {
  if (!now) return 'is gone';
  if (now.uid !== before.uid) return 'was deleted and made anew: it begins from nothing';
  if (now.suspended && !before.suspended) return 'was suspended';
  if (now.failed !== undefined && before.failed === undefined) return `was given up: ${now.failed}`;
  return now.spec === before.spec ? undefined : 'asks for something else than it was handed in with';
}

interface Condition {
  type: string;
  status: string;
  message?: string;
}

function handedOf({ metadata, spec, status }: Live): Handed {
  const conditions = (status?.conditions ?? []) as Condition[];
  const failed = conditions.find((one) => one.type === 'Failed' && one.status === 'True');
  const { suspend, ...asked } = spec;
  return {
    uid: metadata.uid!,
    spec: JSON.stringify(asked),
    suspended: suspend === true,
    failed: failed && (failed.message ?? 'no reason'),
  };
}
