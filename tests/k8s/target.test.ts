import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import object from '../../engine/faults/object.ts';
import accelerators from '../../engine/invariants/accelerators.ts';
import tenants from '../../engine/invariants/tenants.ts';
import { ROOT } from '../../engine/platform/layout.ts';
import { KubeApi, type Live } from '../../engine/targets/kubernetes/api.ts';
import { ClusterCopies } from '../../engine/targets/kubernetes/copies.ts';
import { errors } from '../../engine/targets/kubernetes/errors.ts';
import { Kubelet } from '../../engine/targets/kubernetes/kubelet.ts';
import { readNodes } from '../../engine/targets/kubernetes/landscape.ts';
import { readObjects } from '../../engine/targets/kubernetes/objects.ts';
import { type ContainerRun, idle } from '../../engine/targets/kubernetes/status.ts';
import type { Target } from '../../engine/targets/target.ts';
import { armable, contextOf } from '../../engine/testbed.ts';
import { type ControlPlane, startControlPlane } from '../support/cluster/control-plane.ts';
import { whyNoCluster } from '../support/cluster/programs.ts';

const missing = whyNoCluster();
if (missing) console.warn(`tests of target kubernetes are skipped: ${missing}`);

const MANIFESTS = join(ROOT, 'k8s/laptop');
const POLL = { timeout: 60_000, interval: 250 };
const EU = '/apis/apps/v1/namespaces/firedrill-eu/deployments/inference';
const US = '/apis/apps/v1/namespaces/firedrill-us/deployments/inference';
const QUOTA = '/api/v1/namespaces/firedrill-eu/resourcequotas/gpus';
const PLUGIN = '/apis/apps/v1/namespaces/firedrill-devices/daemonsets/nvidia-device-plugin';
const RESEARCH = '/apis/apps/v1/namespaces/firedrill-research/deployments/embeddings';
const TAKEN = '/api/v1/namespaces/firedrill-research/pods';

describe.skipIf(missing)(
  `target kubernetes (${missing ?? 'a real control plane'})`,
  { timeout: 240_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'k8s-target-'));
    const runs = new Map<string, ContainerRun & { stopped?: true }>();
    const images = new Set<string>();
    /** What ends of processes wait for. */
    let lastRequests: Promise<void> = Promise.resolve();
    let plane: ControlPlane;
    let api: KubeApi;
    let kubelet: Kubelet;
    let copies: ClusterCopies;

    beforeAll(async () => {
      plane = await startControlPlane();
      // kubectl keeps a cache in its home.
      const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: plane.kubeconfig };
      api = new KubeApi(join(folder, 'kube.sock'), env);
      await api.open();
      await api.kubectl('apply', '-k', MANIFESTS);
      copies = new ClusterCopies(api, join(folder, 'copies'));
      const run = (pod: Live) => {
        const [{ image }] = pod.spec.containers as [{ image: string }];
        if (image.includes('nobody') && !images.has(image)) throw errors.UNKNOWN_IMAGE(image);
        const view: ContainerRun & { stopped?: true } = idle(Date.now());
        runs.set(pod.metadata.name, view);
        return {
          view: () => view,
          stop: async () => {
            await lastRequests;
            view.stopped = true;
          },
        };
      };
      kubelet = new Kubelet({
        api,
        nodes: readNodes(MANIFESTS),
        run,
        logger: { warn: () => {} },
      });
      await kubelet.open();
    }, 240_000);
    afterAll(async () => {
      await kubelet?.close();
      await api?.close();
      await plane?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const available = async (path = EU) => (await api.get(path))?.status?.availableReplicas ?? 0;
    const allocatable = async () =>
      (await api.list('/api/v1/nodes'))
        .map(({ status }) => status.allocatable['nvidia.com/gpu'] ?? '-')
        .sort();
    const inference = async (): Promise<Live[]> => api.list('/api/v1/namespaces/firedrill-eu/pods');
    const scale = (replicas: number) => api.patch(EU, { spec: { replicas } });
    const why = (pod: Live) =>
      (pod.status.conditions as { type: string; message?: string }[]).find(
        ({ type }) => type === 'PodScheduled',
      )?.message;

    test('what comes along is scheduled, run and reported', async () => {
      await expect.poll(allocatable, POLL).toEqual(['-', '4', '4', '4']);
      await expect.poll(available, POLL).toBe(1);
      const [pod] = await inference();
      expect(pod!.status).toMatchObject({ phase: 'Running', podIP: '127.0.0.1' });
      expect(pod!.spec.nodeName).toMatch(/^firedrill-gpu-/);
      expect(runs.has(pod!.metadata.name)).toBe(true);
    });

    test('a pod that is deleted is ended, and another one comes', async () => {
      const [pod] = await inference();
      await api.delete(`/api/v1/namespaces/firedrill-eu/pods/${pod!.metadata.name}`);
      const names = async () => (await inference()).map(({ metadata }) => metadata.name);
      await expect.poll(names, POLL).not.toContain(pod!.metadata.name);
      expect(runs.get(pod!.metadata.name)!.stopped).toBe(true);
      await expect.poll(available, POLL).toBe(1);
    });

    test('a process that is not ready makes a pod that is not ready', async () => {
      const [pod] = await inference();
      const view = runs.get(pod!.metadata.name)!;
      Object.assign(view, { state: 'backoff', restarts: 4, reasons: ['ended with status 1'] });
      await expect.poll(available, POLL).toBe(0);
      const status = (await inference())[0]!.status.containerStatuses[0];
      expect(status).toMatchObject({ restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } });
      Object.assign(view, idle(Date.now()));
      await expect.poll(available, POLL).toBe(1);
    });

    test('an image that nobody has is said, and tried again', async () => {
      const image = 'nobody/has:this';
      await api.patch(
        EU,
        { spec: { template: { spec: { containers: [{ name: 'inference', image }] } } } },
        'strategic-merge',
      );
      const waiting = async () =>
        (await inference()).flatMap(
          ({ status }) => status.containerStatuses?.[0].state.waiting?.reason ?? [],
        );
      await expect.poll(waiting, POLL).toEqual(['ErrImagePull']);
      images.add(image);
      await expect.poll(async () => (await inference()).length, POLL).toBe(1);
      await expect.poll(available, POLL).toBe(1);
      expect((await inference())[0]!.spec.containers[0].image).toBe(image);
      await plane.kubectl.run('-n', 'firedrill-eu', 'rollout', 'undo', 'deployment', 'inference');
      await expect
        .poll(async () => (await inference()).map((pod) => pod.spec.containers[0].image), POLL)
        .toEqual(['firedrill/services:built-in']);
      await expect.poll(available, POLL).toBe(1);
    });

    test('a pod that takes long to leave holds nobody else up', async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      lastRequests = promise;
      onTestFinished(() => resolve());
      const [leaving] = await inference();
      await api.delete(`/api/v1/namespaces/firedrill-eu/pods/${leaving!.metadata.name}`);
      await expect.poll(available, POLL).toBe(1);
      await api.patch('/api/v1/nodes/firedrill-gpu-1/status', {
        status: { allocatable: { 'nvidia.com/gpu': '3' } },
      });
      // The next report of the node says what it has.
      await expect.poll(allocatable, POLL).toEqual(['-', '4', '4', '4']);
      expect(await inference()).toHaveLength(2);
      resolve();
      lastRequests = Promise.resolve();
      await expect.poll(async () => (await inference()).length, POLL).toBe(1);
    });

    test('without the device plugin a node has no GPUs; whoever has one keeps it', async () => {
      await copies.keep('before');
      await copies.publish('before');
      const nobody = { spec: { template: { spec: { nodeSelector: { 'firedrill/pool': 'gpus' } } } } };
      await api.patch(PLUGIN, nobody, 'strategic-merge');
      await expect.poll(allocatable, POLL).toEqual(['-', '0', '0', '0']);
      await scale(2);
      const pending = async () => (await inference()).map(why).filter(Boolean).join();
      await expect.poll(pending, POLL).toContain('Insufficient nvidia.com/gpu');
      expect(await available()).toBe(1);
    });

    test('a number of devices that somebody writes lasts until the kubelet reports', async () => {
      const status = { allocatable: { 'nvidia.com/gpu': '4' } };
      await api.patch('/api/v1/nodes/firedrill-gpu-1/status', { status });
      await expect.poll(allocatable, POLL).toEqual(['-', '0', '0', '0']);
    });

    test('a copy brings everything back: what was changed, what is gone, what has come', async () => {
      const kept = await readObjects(api);
      await api.patch(QUOTA, { spec: { hard: { 'requests.nvidia.com/gpu': '1' } } });
      await api.delete('/apis/policy/v1/namespaces/firedrill-eu/poddisruptionbudgets/inference');
      await plane.kubectl.run(
        '-n',
        'firedrill-us',
        'create',
        'deployment',
        'surplus',
        '--image=firedrill/trainer:1.8',
      );
      await plane.kubectl.run('taint', 'nodes', 'firedrill-gpu-2', 'sku=gpu:NoSchedule');
      // Somebody else's, as far as anybody can tell.
      await plane.kubectl.run('create', 'priorityclass', 'above-all', '--value=900000');
      await copies.bringBack('before');
      const now = await readObjects(api);
      expect(Object.keys(now).sort()).toEqual(Object.keys(kept).sort());
      expect(await api.get('/apis/scheduling.k8s.io/v1/priorityclasses/above-all')).toBeDefined();
      expect(now[QUOTA]!.spec.hard).toEqual({ 'requests.nvidia.com/gpu': '4' });
      expect(now[EU]!.spec.replicas).toBe(1);
      expect(now['/api/v1/nodes/firedrill-gpu-2']!.spec.taints).toHaveLength(1);
      await expect.poll(allocatable, POLL).toEqual(['-', '4', '4', '4']);
      await copies.bringBack('before');
      expect(await readObjects(api)).toEqual(now);
    });

    test('a pod with priority takes the place of who has least, and of batch after that', async () => {
      const spec = { template: { spec: { priorityClassName: 'firedrill-serving' } } };
      await api.patch(EU, { spec }, 'strategic-merge');
      const classes = async () => (await inference()).map((pod) => pod.spec.priorityClassName);
      await expect.poll(classes, POLL).toEqual(['firedrill-serving']);
      await api.patch(RESEARCH, {
        spec: { replicas: 10 },
      });
      const others = async () =>
        (await api.list(TAKEN)).filter(({ status }) => status.phase === 'Running').length;
      await expect.poll(others, POLL).toBe(10);
      await scale(3);
      await expect.poll(available, POLL).toBe(3);
      await expect.poll(others, POLL).toBe(9);
      await expect.poll(() => available(US), POLL).toBe(0);
    });

    test('the fault changes what it is told to, and clears by what was there, however often', async () => {
      const context = contextOf({ cluster: api, target: { name: 'kubernetes' } as Target });
      const change = { spec: { hard: { 'requests.nvidia.com/gpu': '2' } } };
      const armed = armable(object, context, { paths: [QUOTA], change });
      const hard = async () => (await api.get(QUOTA))?.spec.hard['requests.nvidia.com/gpu'];
      const undo = await armed.inject();
      expect(await hard()).toBe('2');
      await armed.clear(undo);
      expect(await hard()).toBe('4');
      await api.delete(QUOTA);
      await armed.clear(undo);
      await armed.clear(undo);
      expect(await hard()).toBe('4');
      const wrong = { spec: { hard: { 'requests.nvidia.com/gpu': 'many' } } };
      await expect(armable(object, context, { paths: [QUOTA], change: wrong }).inject()).rejects.toThrow(
        /the cluster refuses PATCH .*quantities must match/,
      );
      await expect(
        armable(object, contextOf({ target: { name: 'local' } as Target }), {
          paths: [QUOTA],
          change,
        }).inject(),
      ).rejects.toThrow('there is no cluster on target local; start the platform with --target kubernetes');
    });

    test('who takes from others, or does without a GPU, is told', async () => {
      const context = contextOf({ cluster: api, target: { name: 'kubernetes' } as Target });
      const [others, gpus] = [await tenants.capture(context), await accelerators.capture(context)];
      expect(await tenants.violations(context, others)).toEqual([]);
      expect(await accelerators.violations(context, gpus)).toEqual([]);
      await api.patch(RESEARCH, { spec: { replicas: 0 } });
      const none = { requests: { 'nvidia.com/gpu': null }, limits: { 'nvidia.com/gpu': null } };
      const spec = { template: { spec: { containers: [{ name: 'inference', resources: none }] } } };
      await api.patch(EU, { spec }, 'strategic-merge');
      expect(await tenants.violations(context, others)).toEqual([
        'firedrill-research/embeddings was to have 10 pods and is to have 0',
      ]);
      expect(await accelerators.violations(context, gpus)).toEqual([
        'a pod of firedrill-eu/inference asked for 1 GPUs and asks for 0',
      ]);
    });

    test('a node that somebody deletes registers again', async () => {
      await api.delete('/api/v1/nodes/firedrill-general-1');
      const names = async () => (await api.list('/api/v1/nodes')).map(({ metadata }) => metadata.name);
      await expect.poll(names, POLL).toContain('firedrill-general-1');
    });
  },
);
