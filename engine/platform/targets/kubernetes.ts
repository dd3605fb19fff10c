import { join } from 'node:path';
import { type PortName, portOf } from '../../../lib/contract/ports.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import { checkCluster, checkKubectl, KubeApi, type Live } from '../../targets/kubernetes/api.ts';
import { ClusterCopies } from '../../targets/kubernetes/copies.ts';
import { errors } from '../../targets/kubernetes/errors.ts';
import { KindCluster } from '../../targets/kubernetes/kind.ts';
import { Kubelet, type Run } from '../../targets/kubernetes/kubelet.ts';
import { Landscape, readNodes } from '../../targets/kubernetes/landscape.ts';
import { Service } from '../../targets/kubernetes/service.ts';
import { working } from '../../targets/kubernetes/status.ts';
import { PodUsage } from '../../targets/kubernetes/usage.ts';
import { ClusterWorkload, type Place } from '../../targets/kubernetes/workload.ts';
import { bringUp } from '../bring-up.ts';
import type { PlatformConfig } from '../config.ts';
import { type Layout, layoutOf, ROOT } from '../layout.ts';
import { checkPorts } from '../ports.ts';
import { loadPreparations } from '../preparations.ts';
import { announced } from '../prepare.ts';
import { writeTargets } from '../scraping.ts';
import { defineTarget, type OpenedPlatform } from '../targets.ts';
import { loadWorkloads } from '../workloads.ts';
import local, { openPlatform } from './local.ts';

const MANIFESTS = join(ROOT, 'k8s', 'laptop');
/** Deployments of k8s/laptop, and the workloads they are. */
const PLACES: Partial<Record<PortName, Place & { service: PortName }>> = {
  'inference-eu': { namespace: 'firedrill-eu', deployment: 'inference', service: 'service-inference-eu' },
  'inference-us': { namespace: 'firedrill-us', deployment: 'inference', service: 'service-inference-us' },
};
/** Other teams' images. They take room until their work is done, and do nothing. */
const IDLE_IMAGES = /^firedrill\/(device-plugin|trainer):/;

export default defineTarget({
  // Namespaces and nodes are the cluster's, and have one name each.
  cores: Number.POSITIVE_INFINITY,
  async check(config) {
    await checkKubectl();
    if (await kindOf(layoutOf(config.DRILL_HOME)).available()) return;
    await checkCluster();
  },
  open,
  async clean(place, options) {
    const { layout } = place;
    const ended = await local.clean(place, options);
    const left = await inCluster(layout, (api) => landscapeOf(api, layout).leave({ keep: !options.purge }));
    await kindOf(layout).remove();
    return ended || left;
  },
});

/**
 * The bank on this machine, with inference as Deployments of a cluster: its scheduler, quotas, rollouts and evictions
 * decide what runs, and nodes that the engine plays run it, as processes. docs/decisions/0017 says why.
 */
async function open(config: PlatformConfig, logger: Logger): Promise<OpenedPlatform> {
  const layout = layoutOf(config.DRILL_HOME);
  const port = (name: PortName) => portOf(name, config.DRILL_PORT_BASE);
  await checkKubectl();
  const parts = { workloads: await loadWorkloads(), preparations: await loadPreparations() };
  const api = new KubeApi(socketOf(layout));
  const kind = kindOf(layout);
  const landscape = landscapeOf(api, layout);
  const placed = new Map<string, ClusterWorkload>();
  const run = (pod: Live): Run => {
    for (const workload of placed.values()) if (workload.owns(pod)) return workload.run(pod);
    const [{ image }] = pod.spec.containers as [{ image: string }];
    // A cluster's own DaemonSets come to every node.
    const ours = pod.metadata.namespace?.startsWith('firedrill-');
    if (ours && !IDLE_IMAGES.test(image)) throw errors.UNKNOWN_IMAGE(image);
    return { view: working(pod, Date.now()), stop: async () => {} };
  };
  const kubelet = new Kubelet({ api, nodes: readNodes(MANIFESTS), run, logger });
  const platform = await openPlatform(config, parts, logger, {
    target: 'kubernetes',
    workload: (options) => {
      const place = PLACES[options.spec.name as PortName];
      if (!place) return undefined;
      const onScale = () => writeTargets(parts.workloads, platform.around);
      const workload = new ClusterWorkload({ ...options, onScale, place, api, kubelet });
      placed.set(options.spec.name, workload);
      return workload;
    },
    addressesOf: (name) => {
      const place = PLACES[name];
      return place && [`http://127.0.0.1:${port(place.service)}`];
    },
    scrapedAt: (name) =>
      PLACES[name] &&
      (placed.get(name)?.replicas ?? []).map(({ index }) => `http://127.0.0.1:${port(name) + index}`),
    copies: landscape.copies,
  });
  const { lifecycle } = platform;
  return {
    platform: Object.assign(platform, { cluster: api }),
    async bringUp(progress) {
      const services = [...placed.keys()].map((name) => PLACES[name as PortName]!.service);
      await checkPorts(services.map((name) => ({ port: port(name), purpose: name })));
      lifecycle.onStop('kind', () => kind.remove());
      await checkCluster().catch(async (error) => {
        if (!(await kind.available())) throw error;
        await announced(progress, 'kind', 'a cluster made by kind', () => kind.make());
      });
      await api.open();
      lifecycle.onStop('cluster', async () => {
        await landscape.leave({ keep: true });
        await api.close();
      });
      const context = (await api.kubectl('config', 'current-context').catch(() => 'of KUBECONFIG')).trim();
      await announced(progress, 'cluster', `cluster ${context}`, () => landscape.settle());
      lifecycle.onStop('nodes', () => kubelet.close());
      await kubelet.open();
      const usage = new PodUsage({ api, running: () => kubelet.running, logger });
      lifecycle.onStop('use of pods', () => usage.close());
      usage.open();
      void api.watch('/apis/apps/v1/deployments', (event) => {
        for (const workload of placed.values()) workload.seen(event);
      });
      for (const [name, workload] of placed) {
        const service = new Service(port(PLACES[name as PortName]!.service), () => workload.endpoints());
        lifecycle.onStop(`service of ${name}`, () => service.close());
        await service.open();
      }
      await bringUp(platform, progress);
    },
  };
}

/** Work in the cluster from outside of an engine; nothing where there is none. */
async function inCluster(layout: Layout, work: (api: KubeApi) => Promise<boolean>): Promise<boolean> {
  const api = new KubeApi(socketOf(layout));
  try {
    await api.open();
    return await work(api);
  } catch {
    return false;
  } finally {
    await api.close();
  }
}

const socketOf = ({ run }: Layout): string => join(run, 'kube.sock');

const kindOf = ({ state }: Layout): KindCluster => new KindCluster(join(state, 'engine', 'kind'));

const landscapeOf = (api: KubeApi, { home, state }: Layout): Landscape =>
  new Landscape({
    api,
    home,
    manifests: MANIFESTS,
    copies: new ClusterCopies(api, join(state, 'engine', 'cluster')),
  });
