import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type PortName, portOf } from '../../../lib/contract/ports.ts';
import { createMetrics } from '../../../lib/kit/metrics.ts';
import { ComposeBank } from '../../targets/compose/bank.ts';
import { FollowedClock } from '../../targets/compose/clock.ts';
import { checkDocker } from '../../targets/compose/docker.ts';
import { Keeper } from '../../targets/compose/keeper.ts';
import { ComposeProject, projectOf, removeProject } from '../../targets/compose/project.ts';
import { writeOverride } from '../../targets/compose/release.ts';
import { ComposeTarget } from '../../targets/compose/target.ts';
import { VolumeCopies } from '../../targets/compose/volumes.ts';
import { Releases } from '../../targets/releases.ts';
import { Revisions } from '../../targets/revisions.ts';
import { ActionLog } from '../actions.ts';
import type { PlatformConfig } from '../config.ts';
import type { WorkloadDefinition } from '../definition.ts';
import { layoutOf, ROOT } from '../layout.ts';
import { byDependence, reversed, runInOrder } from '../order.ts';
import { type Platform, platformLifecycle } from '../platform.ts';
import { checkPorts } from '../ports.ts';
import { loadPreparations } from '../preparations.ts';
import { announced, done } from '../prepare.ts';
import { openSecrets } from '../secrets.ts';
import { finishReplacement, replacementUnderWay } from '../snapshot/interrupted.ts';
import { readManifest } from '../snapshot/manifest.ts';
import { StoredSnapshots, tidySnapshots } from '../snapshots.ts';
import { defineTarget, type OpenedPlatform } from '../targets.ts';
import { loadWorkloads } from '../workloads.ts';

const STARTS_WITHIN_MS = 30_000;
/** Workloads that have another name in docker-compose.yml. */
const SERVICE: Partial<Record<PortName, string>> = { 'redis-log': 'event-log' };
/** Published beside what the workloads publish. */
const OTHER_PORTS: readonly PortName[] = [
  'engine',
  'fault-proxy',
  'proxied-redis-online',
  'proxied-redis-log',
  'prometheus-ui',
];

const projectFor = (config: PlatformConfig): ComposeProject =>
  new ComposeProject({
    root: ROOT,
    folder: join(layoutOf(config.DRILL_HOME).run, 'compose'),
    base: config.DRILL_PORT_BASE,
    daySeconds: config.DRILL_DAY_SECONDS,
  });

export default defineTarget({
  cores: 2,
  async check(config) {
    projectFor(config);
    await checkDocker();
  },
  open,
  clean: ({ base }, { purge }) => removeProject(projectOf(base), { volumes: purge }),
});

/**
 * The bank of docker-compose.yml, driven by an engine on this machine: containers by the name of their workload, ports
 * on loopback where the local platform has them. What the engine keeps lies in the home, the bank's data in volumes.
 */
async function open(
  config: PlatformConfig,
  logger: Parameters<typeof platformLifecycle>[0],
): Promise<OpenedPlatform> {
  const layout = layoutOf(config.DRILL_HOME);
  const project = projectFor(config);
  await checkDocker();
  const [all, preparations] = await Promise.all([loadWorkloads(), loadPreparations()]);
  // What a drill starts on demand is no container yet.
  const workloads = all.filter(({ replicas = 1 }) => replicas > 0);
  const port = (name: PortName) => portOf(name, config.DRILL_PORT_BASE);
  await project.remove({ volumes: false });
  await checkPorts(
    [...workloads.map(({ name }) => name), ...OTHER_PORTS].map((name) => ({
      port: port(name),
      purpose: name,
    })),
  );
  const interrupted = replacementUnderWay(layout);
  await tidySnapshots(layout);

  const lifecycle = platformLifecycle(logger);
  const clock = new FollowedClock(config.DRILL_DAY_SECONDS);
  const now = () => clock.iso();
  const secrets = openSecrets(layout.secrets);
  const revisions = new Revisions(join(layout.state, 'revisions.json'), now);
  const releases = new Releases(join(layout.state, 'releases'), ROOT);
  const queryLog = join(layout.logs, 'prometheus');
  mkdirSync(queryLog, { recursive: true });
  // Prometheus writes there, as a user of its own; nobody else gets past the folders above.
  chmodSync(queryLog, 0o777);
  const services = workloads.flatMap(({ name, kind }) => (kind === 'service' ? [name] : []));
  const proxyToken = secrets.engine;
  const write = () => writeOverride({ project, services, revisions, releases, queryLog, proxyToken });
  const target = new ComposeTarget({
    project,
    specs: byDependence([...workloads, ...preparations], workloads)
      .toReversed()
      .map((workload) => specOf(workload, port(workload.name))),
    revisions,
    releases,
    write,
    adminToken: secrets.admin,
  });
  const keeper = new Keeper(project);
  const bank = new ComposeBank({
    project,
    clock,
    secrets,
    keeper,
    folder: layout.run,
    proxyUrl: `http://127.0.0.1:${port('fault-proxy')}`,
  });
  const startAll = async (start: (name: string) => Promise<void>) => {
    const steps = workloads.map(({ name, dependsOn }) => ({ name, dependsOn, run: () => start(name) }));
    await runInOrder([...steps, ...done(preparations)]);
  };
  const volumes = new VolumeCopies(keeper);
  const platform: Platform = {
    layout,
    secrets,
    clock,
    logger,
    metrics: createMetrics(),
    target,
    actions: new ActionLog(join(layout.state, 'actions.jsonl'), now),
    lifecycle,
    snapshots: new StoredSnapshots({
      layout,
      target,
      clock: { now: () => clock.now(), turnTo: (businessMs) => bank.stand(businessMs) },
      revisions,
      logger,
      silencesWrittenAt: () => bank.silencesWrittenAt(),
      elsewhere: volumes,
      state: {
        get: () => platform.state,
        set: (state) => {
          platform.state = state;
        },
      },
      startAll: async (start) => {
        write();
        await bank.create();
        await bank.openClock();
        await startAll(start);
      },
    }),
    queryLog: join(queryLog, 'queries.log'),
    state: 'starting',
    incident: () => null,
    looked: () => {},
    port,
    url: (name) => `http://127.0.0.1:${port(name)}`,
  };
  const bringUp: OpenedPlatform['bringUp'] = async (progress) => {
    project.writeEnvFile();
    write();
    lifecycle.onStop('containers', async () => {
      target.halt();
      const ends = workloads.map(({ name, dependsOn }) => ({
        name,
        dependsOn,
        run: () => target.stop(name),
      }));
      await runInOrder(reversed([...done(preparations), ...ends])).catch(() => {});
      await project.remove({ volumes: false });
    });
    await announced(progress, 'image', 'building the image', () => bank.build());
    await bank.create();
    if (interrupted) {
      await finishReplacement(layout, join(layout.state, 'clock.json'), logger);
      await volumes.bringBack(interrupted.name);
      await bank.stand((await readManifest(interrupted.from)).business_ms);
      revisions.reload();
      write();
    }
    await announced(progress, 'stores', 'redis-online, redis-log and the proxy', () => bank.openStores());
    await announced(progress, 'prepare', 'history and the first model, unless they are there', () =>
      bank.prepare(),
    );
    await bank.openClock();
    await startAll((name) => announced(progress, name, name, () => target.start(name)));
  };
  return { platform, bringUp };
}

const specOf = ({ name, kind, readiness, startsWithinMs }: WorkloadDefinition, port: number) => ({
  name,
  service: SERVICE[name] ?? name,
  kind,
  port,
  readiness,
  startsWithinMs: startsWithinMs ?? STARTS_WITHIN_MS,
});
