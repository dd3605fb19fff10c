import { join } from 'node:path';
import { type PortName, portOf } from '../../lib/contract/ports.ts';
import { BusinessClock, settleClock } from '../../lib/kit/business-clock.ts';
import { Lifecycle } from '../../lib/kit/lifecycle.ts';
import type { Logger } from '../../lib/kit/logging.ts';
import { createMetrics, type Metrics } from '../../lib/kit/metrics.ts';
import { ProcessRecords } from '../targets/local/records.ts';
import { LocalTarget } from '../targets/local/target.ts';
import { Releases } from '../targets/releases.ts';
import { Revisions } from '../targets/revisions.ts';
import { ActionLog } from './actions.ts';
import { startAll } from './bring-up.ts';
import { type PlatformConfig, preparedFolder } from './config.ts';
import type { Surroundings, WorkloadDefinition } from './definition.ts';
import { type Layout, layoutOf, ROOT } from './layout.ts';
import { checkPorts } from './ports.ts';
import type { Preparation } from './preparation.ts';
import { writeScraping, writeTargets } from './scraping.ts';
import { openSecrets, type Secrets } from './secrets.ts';
import { finishReplacement } from './snapshot/interrupted.ts';
import { PreparedData } from './snapshot/prepared.ts';
import { LocalSnapshots, tidySnapshots } from './snapshots.ts';
import { findTools } from './tools.ts';

const STOP_BOUND_MS = 60_000;
const STARTS_WITHIN_MS = 30_000;
/** What starting everything takes on a laptop. */
const USUAL_START_MS = 8_000;

/** One platform on this machine: its parts, where they are, who may do what, what was done. */
export interface Platform {
  readonly layout: Layout;
  readonly secrets: Secrets;
  readonly clock: BusinessClock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly target: LocalTarget;
  readonly actions: ActionLog;
  /** What is registered here is undone, last first, when the platform goes down or fails to come up. */
  readonly lifecycle: Lifecycle;
  readonly workloads: readonly WorkloadDefinition[];
  readonly preparations: readonly Preparation[];
  readonly around: Surroundings;
  readonly records: ProcessRecords;
  readonly snapshots: LocalSnapshots;
  /** Prepared data other platforms may have left; undefined when the operator wants none. */
  readonly prepared: PreparedData | undefined;
  state: 'starting' | 'up' | 'restoring' | 'stopping';
  /** Wall ms that starting all workloads took the last time. */
  startMs: number;
  /** The incident that is open, told by whoever runs incidents. */
  incident: () => { number: number; title: string; phase: string } | null;
  /** Told of every look somebody takes through the engine; set by whoever wants to know. */
  looked: (what: string) => void;
  port(name: PortName): number;
  url(name: PortName): string;
}

/**
 * Puts a platform together; nothing of it runs yet except its clock. Ends what a crash left behind.
 * @throws PLATFORM_TOOL_MISSING, PLATFORM_PORT_TAKEN
 */
export async function openPlatform(
  config: PlatformConfig,
  parts: { workloads: readonly WorkloadDefinition[]; preparations: readonly Preparation[] },
  logger: Logger,
): Promise<Platform> {
  const layout = layoutOf(config.DRILL_HOME);
  const port = (name: PortName) => portOf(name, config.DRILL_PORT_BASE);
  const tools = findTools();
  const records = new ProcessRecords(join(layout.run, 'processes'));
  const clockFile = join(layout.state, 'clock.json');
  if ((await records.endLeftovers()).length > 0) settleClock(clockFile);
  await checkPorts(ownPorts(parts.workloads).map((name) => ({ port: port(name), purpose: name })));
  await tidySnapshots(layout);
  await finishReplacement(layout, clockFile, logger);

  const lifecycle = new Lifecycle({
    boundMs: STOP_BOUND_MS,
    report: {
      stopped: (name) => logger.info({ step: name }, 'stopped'),
      failed: (name, error) => logger.error({ step: name, err: error }, 'did not stop cleanly'),
    },
  });
  const clock = new BusinessClock(clockFile, config.DRILL_DAY_SECONDS);
  lifecycle.onStop('clock', () => clock.stop());
  const now = () => clock.iso();
  const secrets = openSecrets(layout.secrets);
  const initial = Object.fromEntries(parts.workloads.map(({ name, replicas }) => [name, replicas ?? 1]));
  const revisions = new Revisions(join(layout.state, 'revisions.json'), now, initial);
  const url = (name: PortName) => `http://127.0.0.1:${port(name)}`;
  const around: Surroundings = {
    layout,
    secrets,
    tools,
    get clock() {
      return clock.settings;
    },
    daySeconds: config.DRILL_DAY_SECONDS,
    portOf: port,
    urlOf: url,
    urlsOf: (name) =>
      Array.from({ length: revisions.replicas(name) }, (_, i) => `http://127.0.0.1:${port(name) + i}`),
  };
  const target = new LocalTarget({
    specs: parts.workloads.map((definition) => ({
      name: definition.name,
      kind: definition.kind,
      port: port(definition.name),
      maxReplicas: definition.maxReplicas ?? 1,
      ...(definition.check && { check: definition.check }),
      readiness: definition.readiness,
      startsWithinMs: definition.startsWithinMs ?? STARTS_WITHIN_MS,
      follows: definition.follows ?? [],
      launch: (replica) => definition.launch(around, replica),
    })),
    logDir: layout.logs,
    records,
    revisions,
    releases: new Releases(join(layout.state, 'releases'), ROOT),
    adminToken: secrets.admin,
    onScale: () => writeTargets(parts.workloads, around),
    logger,
  });
  lifecycle.onStop('log rotation', () => target.close());
  const preparedAt = preparedFolder(config);
  const platform: Platform = {
    layout,
    secrets,
    clock,
    logger,
    metrics: createMetrics(),
    target,
    actions: new ActionLog(join(layout.state, 'actions.jsonl'), now),
    lifecycle,
    ...parts,
    around,
    records,
    snapshots: new LocalSnapshots({
      layout,
      target,
      clock,
      revisions,
      logger,
      state: {
        get: () => platform.state,
        set: (state) => {
          platform.state = state;
        },
      },
      startAll: (start) => {
        // All of it: somebody may have pointed Prometheus at rules of their own.
        writeScraping(parts.workloads, around);
        return startAll(platform, start);
      },
    }),
    prepared: preparedAt === undefined ? undefined : new PreparedData(preparedAt, logger),
    state: 'starting',
    startMs: USUAL_START_MS,
    incident: () => null,
    looked: () => {},
    port,
    url,
  };
  return platform;
}

const ownPorts = (workloads: readonly WorkloadDefinition[]): PortName[] => [
  ...workloads.map(({ name }) => name),
  'engine',
  'fault-proxy',
  'proxied-redis-online',
  'proxied-redis-log',
  'proxied-cold-store',
  'prometheus-ui',
];
