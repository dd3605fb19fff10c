import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DrillContext } from '../../engine/contract/parts.ts';
import manifest from '../../engine/faults/manifest.ts';
import jobs from '../../engine/invariants/jobs.ts';
import { ROOT } from '../../engine/platform/layout.ts';
import faring from '../../engine/probes/jobs.ts';
import { KubeApi, type Live } from '../../engine/targets/kubernetes/api.ts';
import { ClusterCopies } from '../../engine/targets/kubernetes/copies.ts';
import { Kubelet } from '../../engine/targets/kubernetes/kubelet.ts';
import { readNodes } from '../../engine/targets/kubernetes/landscape.ts';
import { OUR_LABEL } from '../../engine/targets/kubernetes/objects.ts';
import { working } from '../../engine/targets/kubernetes/status.ts';
import type { Target } from '../../engine/targets/target.ts';
import { armable, contextOf } from '../../engine/testbed.ts';
import { type ControlPlane, startControlPlane } from '../support/cluster/control-plane.ts';
import { whyNoCluster } from '../support/cluster/programs.ts';

const missing = whyNoCluster();
if (missing) console.warn(`tests of jobs on target kubernetes are skipped: ${missing}`);

const MANIFESTS = join(ROOT, 'k8s/laptop');
const POLL = { timeout: 60_000, interval: 250 };
const COLLECTION = '/apis/batch/v1/namespaces/firedrill-risk/jobs';
const CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses';
const QUOTA = '/api/v1/namespaces/firedrill-risk/resourcequotas/gpus';
const LABELS = { 'app.kubernetes.io/part-of': 'firedrill', ...OUR_LABEL };

interface Asked {
  seconds?: number;
  pods?: number;
  retries?: number;
  /** Failures count for each index, and a pod that failed is kept until there is another one in its place. */
  byIndex?: boolean;
}

const job = (metadata: object, { seconds, pods = 1, retries = 20, byIndex = false }: Asked) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { ...metadata, labels: LABELS },
  spec: {
    parallelism: pods,
    completions: pods,
    ...(byIndex ? { completionMode: 'Indexed', backoffLimitPerIndex: retries } : { backoffLimit: retries }),
    template: {
      metadata: { labels: LABELS },
      spec: {
        restartPolicy: 'Never',
        nodeSelector: { 'firedrill/pool': 'gpu' },
        tolerations: [{ operator: 'Exists' }],
        containers: [
          {
            name: 'trainer',
            image: 'firedrill/trainer:1.8',
            env: seconds === undefined ? [] : [{ name: 'WORK_SECONDS', value: String(seconds) }],
            resources: { requests: { 'nvidia.com/gpu': '1' }, limits: { 'nvidia.com/gpu': '1' } },
          },
        ],
      },
    },
  },
});

describe.skipIf(missing)(`jobs (${missing ?? 'a real control plane'})`, { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-jobs-'));
  let plane: ControlPlane;
  let api: KubeApi;
  let kubelet: Kubelet;
  let copies: ClusterCopies;
  let context: DrillContext;

  beforeAll(async () => {
    plane = await startControlPlane();
    // kubectl keeps a cache in its home.
    const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: plane.kubeconfig };
    api = new KubeApi(join(folder, 'kube.sock'), env);
    await api.open();
    await api.kubectl('apply', '-k', MANIFESTS);
    const run = (pod: Live) => ({ view: working(pod, Date.now()), stop: async () => {} });
    kubelet = new Kubelet({ api, nodes: readNodes(MANIFESTS), run, logger: { warn: () => {} } });
    await kubelet.open();
    copies = new ClusterCopies(api, join(folder, 'copies'));
    context = contextOf({ cluster: api, target: { name: 'kubernetes' } as Target });
    await copies.keep('before');
    await copies.publish('before');
  }, 240_000);
  afterAll(async () => {
    await kubelet?.close();
    await api?.close();
    await plane?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const names = async (path = COLLECTION) => (await api.list(path)).map(({ metadata }) => metadata.name);
  const read = async (measure: 'begun' | 'running' | 'waited_seconds', namespace = 'firedrill-risk') =>
    (await faring.read(context, { namespace, measure })).value;
  const handIn = (...objects: object[]) => armable(manifest, context, { collection: COLLECTION, objects });
  const share = (gpus: number) =>
    api.patch(QUOTA, { spec: { hard: { 'requests.nvidia.com/gpu': String(gpus) } } });

  test('without jobs there is nothing to be read', async () => {
    expect(await read('begun')).toBeUndefined();
    expect(await read('running', 'firedrill-research')).toBeUndefined();
  });

  test('a job that ends has run, and counts as begun for good', async () => {
    const armed = handIn(job({ name: 'short' }, { seconds: 2 }));
    const undo = await armed.inject();
    expect(undo).toEqual([`${COLLECTION}/short`]);
    await expect.poll(() => read('running'), POLL).toBe(1);
    const done = async () => (await api.get(`${COLLECTION}/short`))?.status.succeeded;
    await expect.poll(done, POLL).toBe(1);
    expect([await read('begun'), await read('running'), await read('waited_seconds')]).toEqual([1, 0, 0]);
    await armed.clear(undo);
    await armed.clear(undo);
    await expect.poll(names, POLL).toEqual([]);
  });

  test('what a quota has no room for waits at its job, and comes by itself', async () => {
    await handIn(job({ name: 'long' }, { pods: 4 })).inject();
    await expect.poll(() => read('running'), POLL).toBe(4);
    await handIn(job({ generateName: 'more-' }, { pods: 4 })).inject();
    await expect.poll(() => read('waited_seconds'), POLL).toBeGreaterThan(2);
    expect(await read('begun')).toBe(0.5);
    await share(8);
    await expect.poll(() => read('begun'), POLL).toBe(1);
  });

  test('a name that is taken is refused with what the cluster says', async () => {
    await expect(handIn(job({ name: 'long' }, {})).inject()).rejects.toThrow(/POST .*"long" already exists/);
  });

  test('what was made is taken away, though somebody has made it anew without a label', async () => {
    const above = { value: 1_000_000, metadata: { name: 'urgent', labels: LABELS } };
    const armed = armable(manifest, context, { collection: CLASSES, objects: [above] });
    const undo = await armed.inject();
    await api.delete(`${CLASSES}/urgent`);
    await api.kubectl('create', 'priorityclass', 'urgent', '--value=500');
    await armed.clear(undo);
    expect(await names(CLASSES)).not.toContain('urgent');
  });

  test('pods may go; a job that is changed, suspended, made anew or gone is told', async () => {
    const baseline = await jobs.capture(context);
    const violations = () => jobs.violations(context, baseline);
    await api.delete(
      '/api/v1/namespaces/firedrill-risk/pods?labelSelector=batch.kubernetes.io/job-name=long',
    );
    expect(await violations()).toEqual([]);
    await api.patch(`${COLLECTION}/long`, { spec: { parallelism: 2 } });
    expect(await violations()).toEqual([
      'firedrill-risk/long asks for something else than it was handed in with',
    ]);
    await api.patch(`${COLLECTION}/long`, { spec: { parallelism: 4, suspend: true } });
    expect(await violations()).toEqual(['firedrill-risk/long was suspended']);
    await api.delete(`${COLLECTION}/long`, { propagationPolicy: 'Background' });
    await expect.poll(violations, POLL).toEqual(['firedrill-risk/long is gone']);
    await handIn(job({ name: 'long' }, { pods: 4 })).inject();
    expect(await violations()).toEqual([
      'firedrill-risk/long was deleted and made anew: it begins from nothing',
    ]);
  });

  test('a pod that its job keeps while it may not replace it holds no GPU any more', async () => {
    await copies.bringBack('before');
    await handIn(job({ name: 'kept' }, { byIndex: true })).inject();
    const pods = '/api/v1/namespaces/firedrill-risk/pods?labelSelector=batch.kubernetes.io/job-name=kept';
    await expect.poll(() => read('running'), POLL).toBe(1);
    await share(0);
    await api.delete(pods);
    const phases = async () => (await api.list(pods)).map(({ status }) => status.phase);
    await expect.poll(phases, POLL).toEqual(['Failed']);
    await share(4);
    await expect.poll(() => read('begun'), POLL).toBe(1);
  });

  test('a job that has failed too often is told', async () => {
    await copies.bringBack('before');
    await handIn(job({ name: 'fragile' }, { retries: 0 })).inject();
    const baseline = await jobs.capture(context);
    const pods = '/api/v1/namespaces/firedrill-risk/pods?labelSelector=batch.kubernetes.io/job-name=fragile';
    await expect.poll(() => names(pods), POLL).toHaveLength(1);
    await api.delete(pods);
    const violations = () => jobs.violations(context, baseline);
    await expect
      .poll(violations, POLL)
      .toEqual(['firedrill-risk/fragile was given up: Job has reached the specified backoff limit']);
  });

  test('a copy takes out what came, jobs and classes, and brings back a job that was deleted', async () => {
    await handIn(job({ name: 'sturdy' }, { pods: 2 })).inject();
    const above = { value: 1_000_000, metadata: { name: 'deadline', labels: LABELS } };
    await armable(manifest, context, { collection: CLASSES, objects: [above] }).inject();
    await copies.keep('with jobs');
    await copies.publish('with jobs');
    const held = await names();
    await copies.bringBack('before');
    await expect.poll(names, POLL).toEqual([]);
    expect(await names(CLASSES)).not.toContain('deadline');
    await copies.bringBack('with jobs');
    expect(await names()).toEqual(held);
    expect(await names(CLASSES)).toContain('deadline');
  });
});
