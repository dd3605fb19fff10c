import { isDeepStrictEqual } from 'node:util';
import { waitFor } from '../../../lib/kit/wait.ts';
import type { KubeApi, Live } from './api.ts';

/**
 * Marks what target kubernetes has brought, for nothing else in a cluster is read, changed or deleted. Not `part-of`: the
 * bank as manifests for a cluster has that as well.
 */
export const OUR_LABEL = { 'firedrill/target': 'kubernetes' } as const;
const OURS = `labelSelector=${encodeURIComponent(
  Object.entries(OUR_LABEL)
    .map((pair) => pair.join('='))
    .join(),
)}`;
const GONE_WITHIN_MS = 60_000;
const NODES = '/api/v1/nodes';
const NAMESPACES = '/api/v1/namespaces';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const PRIORITIES = '/apis/scheduling.k8s.io/v1/priorityclasses';

/** What somebody on call may make, change or delete in a namespace of ours, what others depend on first. */
const KINDS = [
  ['/api/v1', 'resourcequotas'],
  ['/api/v1', 'limitranges'],
  ['/apis/policy/v1', 'poddisruptionbudgets'],
  ['/apis/apps/v1', 'daemonsets'],
  ['/apis/apps/v1', 'deployments'],
  ['/apis/apps/v1', 'statefulsets'],
  ['/apis/autoscaling/v2', 'horizontalpodautoscalers'],
  ['/apis/batch/v1', 'cronjobs'],
  ['/apis/batch/v1', 'jobs'],
  ['/api/v1', 'pods'],
] as const;

/** Objects as they were written, by their paths. */
export type Objects = Record<string, Live>;

/** Everything that is ours, without what the cluster itself says of it. Whatever another object owns comes with it. */
export async function readObjects(api: KubeApi): Promise<Objects> {
  const namespaces = await api.list(`${NAMESPACES}?${OURS}`);
  const nodes = await api.list(`${NODES}?${OURS}`);
  const priorities = await api.list(`${PRIORITIES}?${OURS}`);
  const collections = namespaces.flatMap(({ metadata }) =>
    KINDS.map(([group, plural]) => `${group}/namespaces/${metadata.name}/${plural}`),
  );
  const lists = await Promise.all(collections.map(async (path) => [path, await api.list(path)] as const));
  const all: (readonly [string, readonly Live[]])[] = [
    [NAMESPACES, namespaces],
    [NODES, nodes],
    [PRIORITIES, priorities],
    ...lists,
  ];
  const own = all.flatMap(([path, items]) =>
    items
      .filter(({ metadata }) => !metadata.ownerReferences?.length)
      .map((object) => [`${path}/${object.metadata.name}`, asWritten(`${path}/`, object)] as const),
  );
  return Object.fromEntries(own);
}

/** An object without what would stand in the way of writing it again. @param path its own, or its collection's */
export function asWritten(path: string, { metadata, spec, status: _, ...rest }: Live): Live {
  const { name, namespace, labels, annotations } = metadata;
  const { [LAST_REVISION]: _own, ...noted } = annotations ?? {};
  const object: Live = { ...rest, metadata: { name, ...(namespace && { namespace }) } };
  if (labels) object.metadata.labels = labels;
  if (Object.keys(noted).length > 0) object.metadata.annotations = noted;
  if (path.startsWith(NODES)) {
    const taints = ((spec.taints ?? []) as { key: string }[]).filter(({ key }) => !key.startsWith(CONDITION));
    return { ...object, spec: { taints, unschedulable: spec.unschedulable === true } };
  }
  return spec === undefined || isNamespace(path) ? object : { ...object, spec };
}

const isNamespace = (path: string): boolean => /^\/api\/v1\/namespaces\/[^/]*$/.test(path);

const LAST_REVISION = 'deployment.kubernetes.io/revision';
/** Taints that follow from a node's conditions. */
const CONDITION = 'node.kubernetes.io/';

/**
 * Makes what is ours what it was: what has come is deleted, what is gone is made, what differs is replaced. Done again it
 * changes nothing.
 */
export async function writeObjects(api: KubeApi, wanted: Objects): Promise<void> {
  // In one that is on its way out nothing can be made.
  const leaving = async () =>
    (await api.list(`${NAMESPACES}?${OURS}`)).flatMap(({ metadata }) =>
      metadata.deletionTimestamp ? metadata.name : [],
    );
  await deleteJobs(api, await leaving());
  const settled = async () => (await leaving()).length === 0;
  await waitFor('namespaces that were deleted to be gone', settled, { deadlineMs: GONE_WITHIN_MS });
  const now = await readObjects(api);
  for (const path of Object.keys(now)) {
    if (!(path in wanted)) await api.delete(path, { propagationPolicy: 'Background' });
  }
  await deleteFailed(api, namespacesIn(wanted));
  for (const [path, object] of Object.entries(wanted)) {
    const collection = path.slice(0, path.lastIndexOf('/'));
    if (!(path in now)) await remake(api, collection, object);
    else if (JSON.stringify(now[path]) !== JSON.stringify(object)) await writeObject(api, path, object);
  }
  for (const name of namespacesIn(wanted)) await deleteOutdated(api, name, wanted);
}

const REVISION_HASH = 'pod-template-hash';

/**
 * What Deployments ran otherwise meanwhile goes at once. A rollout would keep some of it until something new is ready, for
 * callers that there are none of now, and who comes up would wait for pods that may never.
 */
async function deleteOutdated(api: KubeApi, namespace: string, wanted: Objects): Promise<void> {
  const sets = `/apis/apps/v1/namespaces/${namespace}/replicasets`;
  for (const { metadata, spec } of await api.list(sets)) {
    const owner = metadata.ownerReferences?.find(({ kind }) => kind === 'Deployment')?.name;
    const deployment = wanted[`/apis/apps/v1/namespaces/${namespace}/deployments/${owner}`];
    if (spec.replicas === 0 || !deployment || isOf(deployment, spec.template)) continue;
    await api.delete(`${sets}/${metadata.name}`, { propagationPolicy: 'Background' });
    const theirs = encodeURIComponent(`${REVISION_HASH}=${metadata.labels?.[REVISION_HASH]}`);
    await api.delete(`${NAMESPACES}/${namespace}/pods?labelSelector=${theirs}`, { gracePeriodSeconds: 0 });
  }
}

/** Whether a ReplicaSet's template is a Deployment's. */
function isOf(deployment: Live, { metadata, spec }: Live): boolean {
  const { [REVISION_HASH]: _hash, ...labels } = metadata.labels ?? {};
  const its = deployment.spec.template as Live;
  return isDeepStrictEqual(
    [labels, metadata.annotations ?? {}, spec],
    [its.metadata.labels ?? {}, its.metadata.annotations ?? {}, its.spec],
  );
}

const namespacesIn = (objects: Objects): string[] =>
  Object.keys(objects).flatMap((path) => /^\/api\/v1\/namespaces\/([^/]+)$/.exec(path)?.[1] ?? []);

/** Pods that nodes have refused stay for somebody to read why; with what was done meanwhile they go. */
async function deleteFailed(api: KubeApi, namespaces: readonly string[]): Promise<void> {
  for (const name of namespaces) {
    await api.delete(`${NAMESPACES}/${name}/pods?fieldSelector=status.phase%3DFailed`);
  }
}

const WRITTEN_WITHIN_MS = 10_000;

/** Replaces an object by what it was, or makes it again. Controllers write to it as well, so it may take a few tries. */
export async function writeObject(api: KubeApi, path: string, object: Live): Promise<void> {
  const tried = async () => {
    const live = await api.get(path);
    if (!live) {
      await remake(api, path.slice(0, path.lastIndexOf('/')), object);
      return true;
    }
    const spec = path.startsWith(NODES) ? { ...live.spec, ...object.spec } : object.spec;
    const { resourceVersion } = live.metadata;
    const written = { ...object, metadata: { ...object.metadata, resourceVersion }, ...(spec && { spec }) };
    return (await api.replace(path, written)) !== undefined;
  };
  await waitFor(`${path} to be written`, tried, { deadlineMs: WRITTEN_WITHIN_MS, everyMs: 50 });
}

/** A job's selector and its pods' labels are the cluster's, and another one's would be refused. */
async function remake(api: KubeApi, collection: string, object: Live): Promise<void> {
  if (!collection.endsWith('/jobs')) {
    await api.create(collection, object);
    return;
  }
  const { selector: _, template, ...spec } = object.spec;
  const labels = Object.fromEntries(
    Object.entries(template.metadata?.labels ?? {}).filter(([name]) => !/controller-uid|job-name/.test(name)),
  );
  const fresh = { ...template, metadata: { ...template.metadata, labels } };
  await api.create(collection, { ...object, spec: { ...spec, template: fresh } });
}

/**
 * A job with a limit for each index keeps its last failed pod until there is another one. A namespace on its way out has no
 * other one, and lets no job go before its pods are gone: each would wait for the other.
 */
async function deleteJobs(api: KubeApi, namespaces: readonly string[]): Promise<void> {
  for (const name of namespaces) {
    await api.delete(`/apis/batch/v1/namespaces/${name}/jobs`, { propagationPolicy: 'Background' });
  }
}

/** Deletes everything that is ours; resolves when it is gone. @throws AppError WAIT_DEADLINE */
export async function deleteObjects(api: KubeApi): Promise<void> {
  const namespaces = (await api.list(`${NAMESPACES}?${OURS}`)).map(({ metadata }) => metadata.name);
  await deleteJobs(api, namespaces);
  for (const path of [NAMESPACES, PRIORITIES, NODES, DEFINITIONS]) {
    for (const { metadata } of await api.list(`${path}?${OURS}`)) {
      await api.delete(`${path}/${metadata.name}`);
    }
  }
  const gone = async () => {
    // No kubelet is there any more to say that a pod has ended.
    for (const name of namespaces) {
      await api.delete(`${NAMESPACES}/${name}/pods`, { gracePeriodSeconds: 0 });
    }
    return (await api.list(`${NAMESPACES}?${OURS}`)).length === 0;
  };
  await waitFor('the namespaces to be gone', gone, { deadlineMs: GONE_WITHIN_MS, everyMs: 500 });
}
