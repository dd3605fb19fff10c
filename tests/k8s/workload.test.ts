import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import autoscalers from '../../engine/invariants/autoscalers.ts';
import { ROOT } from '../../engine/platform/layout.ts';
import { KubeApi, type Live } from '../../engine/targets/kubernetes/api.ts';
import { Kubelet } from '../../engine/targets/kubernetes/kubelet.ts';
import { readNodes } from '../../engine/targets/kubernetes/landscape.ts';
import { readObjects, writeObjects } from '../../engine/targets/kubernetes/objects.ts';
import { idle } from '../../engine/targets/kubernetes/status.ts';
import { PodUsage } from '../../engine/targets/kubernetes/usage.ts';
import { ClusterWorkload } from '../../engine/targets/kubernetes/workload.ts';
import { testTarget } from '../../engine/targets/local/testbed.ts';
import { contextOf } from '../../engine/testbed.ts';
import { type ControlPlane, startControlPlane } from '../support/cluster/control-plane.ts';
import { whyNoCluster } from '../support/cluster/programs.ts';

const missing = whyNoCluster();
if (missing) console.warn(`tests of workloads in a cluster are skipped: ${missing}`);

const MANIFESTS = join(ROOT, 'k8s/laptop');
const POLL = { timeout: 60_000, interval: 250 };
/** Autoscalers look every fifteen seconds, and not at pods that have just come. */
const SCALES = { timeout: 120_000, interval: 500 };
const EU = '/apis/apps/v1/namespaces/firedrill-eu/deployments/inference';
const SCALERS = '/apis/autoscaling/v2/namespaces/firedrill-eu/horizontalpodautoscalers';
const QUOTA = '/api/v1/namespaces/firedrill-eu/resourcequotas/gpus';

describe.skipIf(missing)(
  `a workload in a cluster (${missing ?? 'a real control plane, real processes'})`,
  { timeout: 240_000 },
  () => {
    const home = mkdtempSync(join(tmpdir(), 'k8s-workload-'));
    let plane: ControlPlane;
    let api: KubeApi;
    let kubelet: Kubelet;
    let usage: PodUsage;
    let workload: ClusterWorkload;
    let bed: Awaited<ReturnType<typeof testTarget>>;

    beforeAll(async () => {
      plane = await startControlPlane();
      const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: plane.kubeconfig };
      api = new KubeApi(join(home, 'kube.sock'), env);
      await api.open();
      await api.kubectl('apply', '-k', MANIFESTS);
      const run = (pod: Live) => {
        if (workload.owns(pod)) return workload.run(pod);
        const view = idle(Date.now());
        return { view: () => view, stop: async () => {} };
      };
      kubelet = new Kubelet({ api, nodes: readNodes(MANIFESTS), run, logger: { warn: () => {} } });
      bed = await testTarget(['inference'], (options) => {
        const place = { namespace: 'firedrill-eu', deployment: 'inference' };
        workload = new ClusterWorkload({ ...options, place, api, kubelet });
        return workload;
      });
      await kubelet.open();
      usage = new PodUsage({ api, running: () => kubelet.running, logger: { warn: () => {} } });
      usage.open();
      void api.watch('/apis/apps/v1/deployments', (event) => workload.seen(event));
      await bed.target.start('inference');
    }, 240_000);
    afterAll(async () => {
      await bed?.target.stop('inference');
      bed?.target.close();
      await usage?.close();
      await kubelet?.close();
      await api?.close();
      await plane?.stop();
      for (const folder of [home, bed?.folder]) if (folder) rmSync(folder, { recursive: true, force: true });
    });

    const kubectl = (verb: string[], ...rest: string[]) =>
      api.kubectl('-n', 'firedrill-eu', ...verb, 'deployment/inference', ...rest);
    const shown = async () => (await bed.target.list())[0]!;
    const latest = async () => (await bed.target.revisions('inference')).at(-1)!;
    const answering = async () => {
      const ready = (await shown()).replicas.filter(({ state }) => state === 'ready');
      return Promise.all(ready.map(({ index }) => bed.ask(index)));
    };
    const told = async (name: string) => (await answering()).map((one) => one[name]);

    test('a pod is a process that answers where the cluster says it may be sent to', async () => {
      expect(await told('greeting')).toEqual(['hello']);
      expect(workload.endpoints()).toHaveLength(1);
      const [pod] = await api.list('/api/v1/namespaces/firedrill-eu/pods');
      expect(pod!.status.containerStatuses[0]).toMatchObject({ ready: true, restartCount: 0 });
    });

    test('a release goes through the Deployment, whoever makes it', async () => {
      await bed.target.apply('inference', { actor: 'ci', environment: { COLOUR: 'blue' } });
      expect(await told('COLOUR')).toEqual(['blue']);
      await kubectl(['set', 'env'], 'COLOUR=green');
      await expect.poll(() => told('COLOUR'), POLL).toEqual(['green']);
      expect(await latest()).toMatchObject({ actor: 'kubectl', environment: { COLOUR: 'green' } });
      await kubectl(['rollout', 'undo']);
      await expect.poll(() => told('COLOUR'), POLL).toEqual(['blue']);
    });

    test('a number of replicas that is already there hides nothing that comes after it', async () => {
      await bed.target.scale('inference', 1);
      await kubectl(['set', 'env'], 'COLOUR=red');
      await expect.poll(async () => (await latest()).environment.COLOUR, POLL).toBe('red');
      await expect.poll(() => told('COLOUR'), POLL).toEqual(['red']);
    });

    test('a change of something else that is heard of in the middle of a release is no release', async () => {
      const before = (await api.get(EU))!;
      const recorded = (await bed.target.revisions('inference')).length;
      const release = bed.target.apply('inference', { actor: 'ci', environment: { COLOUR: 'gold' } });
      while ((await bed.target.revisions('inference')).length === recorded) await setImmediate();
      // Recorded, and on its way; this is what the cluster says of a change of the strategy before it.
      const { generation } = before.metadata;
      workload.seen({
        type: 'MODIFIED',
        object: { ...before, metadata: { ...before.metadata, generation: generation! + 1 } },
      });
      await release;
      expect(await latest()).toMatchObject({ actor: 'ci', environment: { COLOUR: 'gold' } });
      await bed.target.undo('inference', { actor: 'me' });
      expect(await told('COLOUR')).toEqual(['red']);
    });

    test('scale says so in the cluster, and the other way round', async () => {
      await bed.target.scale('inference', 2);
      expect((await api.get(EU))?.spec.replicas).toBe(2);
      expect(await answering()).toHaveLength(2);
      await kubectl(['scale'], '--replicas=1');
      await expect.poll(async () => (await shown()).desired, POLL).toBe(1);
      await expect.poll(async () => (await answering()).length, POLL).toBe(1);
    });

    test('a pod for which there is no room is shown, and waited for no longer than it makes sense', async () => {
      const quota = (gpus: string) =>
        api.patch(QUOTA, { spec: { hard: { 'requests.nvidia.com/gpu': gpus } } });
      await quota('1');
      await expect(bed.target.scale('inference', 2)).rejects.toThrow(/exceeded quota/);
      expect(await shown()).toMatchObject({ desired: 2 });
      expect(await answering()).toHaveLength(1);
      await quota('4');
      // The cluster tries again after ever longer pauses; a change makes it look at once.
      await bed.target.scale('inference', 1);
    });

    test('a release that crashes is said with its last words; what is undone may be broken', async () => {
      const crash = bed.target.apply('inference', { actor: 'ci', environment: { CRASH: 'no such feature' } });
      await expect(crash).rejects.toThrow(/no such feature/);
      // The revision before goes on serving meanwhile.
      expect(await told('greeting')).toEqual(['hello']);
      await bed.target.undo('inference', { actor: 'me' });
      const [environment] = await answering();
      expect(environment).toMatchObject({ COLOUR: 'red' });
      expect(environment).not.toHaveProperty('CRASH');
    });

    test('a release that crashes everywhere can be undone', async () => {
      await api.patch(EU, { spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } });
      const crash = bed.target.apply('inference', { actor: 'ci', environment: { CRASH: 'gone' } });
      await expect(crash).rejects.toThrow(/gone/);
      expect(await answering()).toEqual([]);
      await bed.target.undo('inference', { actor: 'me' });
      expect(await answering()).toHaveLength(1);
    });

    test('a rollout that somebody has paused is said, and not waited for', async () => {
      await kubectl(['rollout', 'pause']);
      // With nothing to roll out, it is scaled as ever.
      await bed.target.scale('inference', 2);
      await bed.target.scale('inference', 1);
      const change = bed.target.apply('inference', { actor: 'ci', environment: { COLOUR: 'white' } });
      await expect(change).rejects.toThrow(/its rollout is paused; kubectl rollout resume/);
      expect(await told('COLOUR')).toEqual(['red']);
      await kubectl(['rollout', 'resume']);
      await expect.poll(() => told('COLOUR'), POLL).toEqual(['white']);
    });

    test('what is brought back while everybody crashes comes up, and nobody waits for those who crash', async () => {
      await bed.target.apply('inference', { actor: 'ci', environment: { COLOUR: 'brown', SLOW_MS: '4000' } });
      await api.patch(EU, { spec: { strategy: { rollingUpdate: { maxUnavailable: 0 } } } });
      const kept = await readObjects(api);
      await api.patch(EU, { spec: { strategy: { rollingUpdate: { maxUnavailable: '100%' } } } });
      const crash = bed.target.apply('inference', { actor: 'ci', environment: { CRASH: 'gone' } });
      await expect(crash).rejects.toThrow(/gone/);
      await bed.target.ended(async (start) => {
        await writeObjects(api, kept);
        bed.revisions.undo('inference', { actor: 'me' });
        await start('inference');
      });
      expect(await told('COLOUR')).toEqual(['brown']);
      expect((await shown()).replicas).toHaveLength(1);
      await api.patch(EU, { spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } });
    });

    test('an image that nobody has is waited for, and said; another one runs', async () => {
      await kubectl(['set', 'image'], 'inference=firedrill/services:none');
      const waits = async () => (await shown()).replicas.flatMap(({ reasons }) => reasons).join();
      await expect
        .poll(waits, POLL)
        .toMatch(/ErrImagePull: firedrill\/services:none is no image these nodes have/);
      await kubectl(['set', 'image'], 'inference=firedrill/services:built-in');
      await expect.poll(waits, POLL).toBe('');
      expect(await answering()).toHaveLength(1);
    });

    test('an autoscaler scales by what processes use, up to its ceiling, and goes on beyond it once it may', async () => {
      const cpu = { name: 'cpu', target: { type: 'AverageValue', averageValue: '50m' } };
      const spec = {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'inference' },
        minReplicas: 1,
        maxReplicas: 2,
        metrics: [{ type: 'Resource', resource: cpu }],
      };
      await api.create(SCALERS, {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'inference' },
        spec,
      });
      await bed.target.apply('inference', { actor: 'ci', environment: { BUSY: 'yes' } });
      await expect.poll(async () => (await answering()).length, SCALES).toBe(2);
      expect(await shown()).toMatchObject({ desired: 2 });
      const limited = async () =>
        ((await api.get(`${SCALERS}/inference`))!.status.conditions as { reason: string }[]).map(
          ({ reason }) => reason,
        );
      await expect.poll(limited, SCALES).toContain('TooManyReplicas');
      expect(await api.kubectl('-n', 'firedrill-eu', 'top', 'pods', '--no-headers')).toMatch(
        /^inference-\S+ +\d{2,3}m +\d+Mi/,
      );
      await api.patch(`${SCALERS}/inference`, { spec: { maxReplicas: 3 } });
      await expect.poll(async () => (await answering()).length, SCALES).toBe(3);
      const context = contextOf({ cluster: api, target: bed.target });
      const scaled = await autoscalers.capture(context);
      expect(await autoscalers.violations(context, scaled)).toEqual([]);
      await api.delete(`${SCALERS}/inference`);
      expect(await autoscalers.violations(context, scaled)).toEqual([
        'autoscaler firedrill-eu/inference scaled Deployment inference, and does not any more',
      ]);
      await bed.target.undo('inference', { actor: 'me' });
      await bed.target.scale('inference', 1);
    });

    /** As a copy of the cluster is brought back. */
    const remake = async () => {
      const { metadata, spec } = (await api.get(EU))!;
      await api.delete(EU);
      const { name, namespace, labels } = metadata;
      const object = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace, labels },
        spec,
      };
      await api.create('/apis/apps/v1/namespaces/firedrill-eu/deployments', object);
    };
    const heard = async (colour: string) => {
      await kubectl(['set', 'env'], `COLOUR=${colour}`);
      await expect.poll(async () => (await latest()).environment.COLOUR, POLL).toBe(colour);
      await expect.poll(() => told('COLOUR'), POLL).toEqual([colour]);
    };

    test('a Deployment that was made anew while the platform stood still is heard of', async () => {
      await bed.target.stop('inference');
      await remake();
      await bed.target.start('inference');
      await heard('black');
    });

    test('and so is one that is made anew before its eyes', async () => {
      await remake();
      await expect.poll(async () => (await answering()).length, POLL).toBe(1);
      await heard('silver');
    });

    test('a target that stands still keeps its pods, and starts them again', async () => {
      await bed.target.stop('inference');
      await expect.poll(async () => (await api.get(EU))?.status.readyReplicas ?? 0, POLL).toBe(0);
      expect(await answering()).toEqual([]);
      await bed.target.start('inference');
      expect(await answering()).toHaveLength(1);
    });
  },
);
