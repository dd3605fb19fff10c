import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type PortName, portOf } from '../../../lib/contract/ports.ts';
import { BusinessClock, settleClock } from '../../../lib/kit/business-clock.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import { createMetrics } from '../../../lib/kit/metrics.ts';
import { ProcessRecords } from '../../targets/local/records.ts';
import { LocalTarget } from '../../targets/local/target.ts';
import type { ManagedWorkload, WorkloadOptions } from '../../targets/local/workload.ts';
import { Releases } from '../../targets/releases.ts';
import { Revisions } from '../../targets/revisions.ts';
import { ActionLog } from '../actions.ts';
import { bringUp, startAll } from '../bring-up.ts';
import { type PlatformConfig, preparedFolder } from '../config.ts';
import type { Surroundings, WorkloadDefinition } from '../definition.ts';
import { layoutOf, ROOT } from '../layout.ts';
import type { LocalPlatform } from '../local.ts';
import { platformLifecycle } from '../platform.ts';
import { checkPorts } from '../ports.ts';
import type { Preparation } from '../preparation.ts';
import { loadPreparations } from '../preparations.ts';
import { writeScraping, writeTargets } from '../scraping.ts';
import { openSecrets } from '../secrets.ts';
import { finishReplacement } from '../snapshot/interrupted.ts';
import { PreparedData } from '../snapshot/prepared.ts';
import { type Elsewhere as Copies, StoredSnapshots, tidySnapshots } from '../snapshots.ts';
import { defineTarget } from '../targets.ts';
import { findTools } from '../tools.ts';
import { loadWorkloads } from '../workloads.ts';

const STARTS_WITHIN_MS = 30_000;
/** What starting everything takes on a laptop. */
const USUAL_START_MS = 8_000;

/** What another target has in place of some of the processes. */
export interface Elsewhere {
  /** What it is called. */
  target: string;
  /** What stands for a workload; undefined for one that is a process here. */
  workload(options: WorkloadOptions): ManagedWorkload | undefined;
  /** Where others reach a workload that is elsewhere; undefined for all others. */
  addressesOf(name: PortName): string[] | undefined;
  /** Where its replicas are scraped; undefined for all others. */
  scrapedAt(name: PortName): string[] | undefined;
  /** Keeps what lies there with every snapshot. */
  copies: Copies;
}

export default defineTarget({
  // Two thirds of one on a quick machine; on one that is three times as slow, all of two while a bank starts.
  cores: 2,
  check: () => void findTools(),
  async open(config, logger) {
    const parts = { workloads: await loadWorkloads(), preparations: await loadPreparations() };
    const platform = await openPlatform(config, parts, logger);
    return { platform, bringUp: (progress) => bringUp(platform, progress) };
  },
  async clean({ layout }) {
    const left = await new ProcessRecords(join(layout.run, 'processes')).endLeftovers();
    if (left.length > 0) settleClock(join(layout.state, 'clock.json'));
    return left.length > 0;
  },
});

/**
 * Puts a platform together; nothing of it runs yet except its clock. Ends what a crash left behind.
 * @throws PLATFORM_TOOL_MISSING, PLATFORM_PORT_TAKEN
 */
export async function openPlatform(
  config: PlatformConfig,
  parts: { workloads: readonly WorkloadDefinition[]; preparations: readonly Preparation[] },
  logger: Logger,
  elsewhere?: Elsewhere,
): Promise<LocalPlatform> {
  const layout = layoutOf(config.DRILL_HOME);
  const port = (name: PortName) => portOf(name, config.DRILL_PORT_BASE);
  const tools = findTools();
  const records = new ProcessRecords(join(layout.run, 'processes'));
  const clockFile = join(layout.state, 'clock.json');
  if ((await records.endLeftovers()).length > 0) settleClock(clockFile);
  await checkPorts(ownPorts(parts.workloads).map((name) => ({ port: port(name), purpose: name })));
  await tidySnapshots(layout);
  await finishReplacement(layout, clockFile, logger);

  const lifecycle = platformLifecycle(logger);
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
    addressesOf: (name) => elsewhere?.addressesOf(name) ?? around.urlsOf(name),
    scrapedAt: (name) => elsewhere?.scrapedAt(name) ?? around.urlsOf(name),
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
      // Who is reached at one address is reached there however many it has.
      follows: (definition.follows ?? []).filter((name) => elsewhere?.addressesOf(name) === undefined),
      launch: (replica) => definition.launch(around, replica),
    })),
    logDir: layout.logs,
    records,
    revisions,
    releases: new Releases(join(layout.state, 'releases'), ROOT),
    adminToken: secrets.admin,
    onScale: () => writeTargets(parts.workloads, around),
    ...(elsewhere && { name: elsewhere.target, elsewhere: (options) => elsewhere.workload(options) }),
    logger,
  });
  lifecycle.onStop('log rotation', () => target.close());
  const preparedAt = preparedFolder(config);
  const platform: LocalPlatform = {
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
    snapshots: new StoredSnapshots({
      layout,
      target,
      clock,
      revisions,
      logger,
      ...(elsewhere && { elsewhere: elsewhere.copies }),
      silencesWrittenAt: async () => (await stat(join(layout.alertmanager, 'silences'))).mtimeMs,
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
    queryLog: join(layout.logs, 'prometheus-queries.log'),
    state: 'starting',
    startMs: USUAL_START_MS,
    incident: () => null,
    looked: () => {},
    port,
    // A replica elsewhere need not be the one whose port is the workload's own.
    url: (name) => elsewhere?.addressesOf(name)?.[0] ?? url(name),
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
