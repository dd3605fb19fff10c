import { BUILT_IN, type Revision, type RevisionChange } from '../target.ts';
import type { Live } from './api.ts';

/** The one container of a pod of ours. */
export interface Container {
  name: string;
  image: string;
  env?: { name: string; value?: string }[];
  readinessProbe?: { httpGet?: { path?: string } };
}

/** Its tag is the source a container runs. */
const IMAGE = 'firedrill/services';
const BUILT_IN_TAG = 'built-in';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

export const containerOf = ({ spec }: Pick<Live, 'spec'>): Container => (spec.containers as Container[])[0]!;

/** @param code of a revision */
export const imageOf = (code: string): string => `${IMAGE}:${code === BUILT_IN ? BUILT_IN_TAG : code}`;

/** undefined for an image of somebody else. */
export function codeOf(image: string): string | undefined {
  const [name, tag] = image.split(':');
  if (name !== IMAGE || tag === undefined) return undefined;
  return tag === BUILT_IN_TAG ? BUILT_IN : tag;
}

export const environmentOf = ({ env = [] }: Container): Record<string, string> =>
  Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));

/** What tells that a container may be sent to; undefined where it may be as soon as it runs. */
export function probeOf({ readinessProbe }: Container): { http: string } | undefined {
  return readinessProbe && { http: readinessProbe.httpGet?.path ?? '/' };
}

/** What a Deployment has to say to run a revision, as a strategic merge patch. @param annotations of the pods */
export function releaseOf(
  revision: Revision,
  container: string,
  replicas: number,
  annotations: Record<string, string>,
): object {
  const env = Object.entries(revision.environment).map(([name, value]) => ({ name, value }));
  // The list is what it says, and not what it was plus that.
  const only = [...env, { $patch: 'replace' }];
  return {
    metadata: { annotations: { [CHANGE_CAUSE]: causeOf(revision) } },
    spec: {
      replicas,
      template: {
        metadata: { annotations },
        spec: { containers: [{ name: container, image: imageOf(revision.code), env: only }] },
      },
    },
  };
}

/** Whether two Deployments ask for the same source and environment. */
export function runsTheSame(one: Live, other: Live): boolean {
  const [a, b] = [containerOf(one.spec.template), containerOf(other.spec.template)];
  return a.image === b.image && same(environmentOf(a), environmentOf(b));
}

/** What somebody has changed in a Deployment since `now`, as a revision says it; undefined when it says the same. */
export function changeIn(
  deployment: Live,
  now: Revision,
): { change: RevisionChange; code: string } | undefined {
  const { image, ...container } = containerOf(deployment.spec.template);
  const environment = environmentOf({ image, ...container });
  const code = codeOf(image) ?? image;
  if (code === now.code && same(environment, now.environment)) return undefined;
  const gone = Object.keys(now.environment).filter((name) => !(name in environment));
  const cause = deployment.metadata.annotations?.[CHANGE_CAUSE];
  return {
    code,
    change: {
      actor: 'kubectl',
      // What we wrote there ourselves was about another change.
      reason: cause === undefined || cause === causeOf(now) ? 'changed in the cluster' : cause,
      environment: { ...Object.fromEntries(gone.map((name) => [name, null])), ...environment },
    },
  };
}

const causeOf = ({ actor, reason }: Revision): string => `${actor}: ${reason}`;

const same = (a: Record<string, string>, b: Record<string, string>): boolean =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
