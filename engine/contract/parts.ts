import type { Redis } from 'ioredis';
import type { TProperties } from 'typebox';
import type { PortName } from '../../lib/contract/ports.ts';
import type { Clock } from '../../lib/kit/clock.ts';
import type { EventLog } from '../../lib/kit/eventlog/log.ts';
import type { Logger } from '../../lib/kit/logging.ts';
import type { ProxyClient } from '../proxy/client.ts';
import type { KubeApi } from '../targets/kubernetes/api.ts';
import type { Target } from '../targets/target.ts';

/** What a drill can reach. Everything by the direct way, so that an armed network fault never blinds the grader. */
export interface DrillContext {
  target: Target;
  /** The API of the cluster; target kubernetes only. */
  cluster?: KubeApi | undefined;
  url(name: PortName): string;
  clock: Clock;
  logger: Logger;
  /** Read only; not through the fault proxy. */
  log: Pick<EventLog, 'read' | 'lag'>;
  /** Not through the fault proxy. Probes and invariants only read. */
  online: Redis;
  /** The event log's own Redis, not through the fault proxy. Probes and invariants only read. */
  logRedis: Redis;
  /** The fault proxy's API; only the engine may change it. */
  proxy: ProxyClient;
  /** A folder of the engine's own for what a fault has to keep; candidates have no business there. */
  scratch: string;
  /** Absolute path of the folder of the scenario that runs; overlays lie there. */
  scenarioFolder: string;
  /** What the invariants captured before anything happened, by their names; empty before that. */
  baseline: Readonly<Record<string, unknown>>;
  /** Bearer token for changing calls at the services. */
  adminToken: string;
  /** The engine's own key to the world's truth. */
  truthToken: string;
  /** Every changing call made through the engine since it was set up, oldest first. */
  actions(since: number): Promise<Action[]>;
  /** What was looked at since then, as far as we can see it: the engine's API and Prometheus' query log. */
  looks(since: number): Promise<Look[]>;
}

/** One changing call somebody made. */
export interface Action {
  /** Wall time, epoch ms. */
  at: number;
  /** Business time, RFC 3339. */
  business: string;
  actor: string;
  /** `restart`, `settings.set`, `alias.set`, `job.run` … */
  action: string;
  object: string;
}

/** One read-only look somebody took at the running platform. */
export interface Look {
  /** Wall time, epoch ms. */
  at: number;
  /** `promql up`, `GET /v1/status`. */
  what: string;
}

/** `value` undefined means no data, which is never a pass. */
export interface Reading {
  value: number | undefined;
  /** Where the true value may lie, for measures that are estimates: the whole of it has to clear the bound. */
  interval?: { lower: number; upper: number };
  /** What was seen, for a person. */
  detail: string;
}

/** A file in engine/probes: one number read from the running platform, by the engine itself. */
export interface Probe<Arguments = never> {
  describe: string;
  unit: string;
  arguments: TProperties;
  /** It trusts none of the product's own metrics: what is measured is recomputed, replayed or counted outside. */
  oracle?: true;
  /** Between which its value always lies; a bound outside can never be kept, or never be broken. */
  range?: { min?: number; max?: number } | ((args: Arguments) => { min?: number; max?: number });
  /** Why arguments that fit their schema can still not be used: a query with a mistake in it. */
  refuse?(args: Arguments): string | undefined;
  read(context: DrillContext, args: Arguments): Promise<Reading>;
}

/** A file in engine/faults: something that goes wrong from outside. */
export interface Fault<Arguments = never> {
  describe: string;
  arguments: TProperties;
  /** Answers what `clear` needs to undo it; written to the journal before anybody is paged. */
  inject(context: DrillContext, args: Arguments): Promise<unknown>;
  /** Idempotent, and works after a crash of the engine from the journal alone. */
  clear(context: DrillContext, args: Arguments, undo: unknown): Promise<void>;
  /**
   * All it does is part of what a snapshot holds (revisions and their settings). Bringing one back undoes it, and
   * restarts once what `clear` would have restarted before.
   */
  heldBySnapshot?: true;
  /**
   * Whether it is what `inject` made of it, where it lives outside of the bank and could be taken away all the same. The
   * session puts back what is not, with `rearm`, and takes no recovery out of the time in between.
   */
  intact?(context: DrillContext, args: Arguments, undo: unknown): Promise<boolean>;
  /** Begins again what lived in the engine, after a crash of the engine; puts back what is not intact. */
  rearm?(context: DrillContext, args: Arguments, undo: unknown): Promise<void>;
}

/** A file in engine/evidence: a place that somebody can point at, and the engine can look at too. */
export interface EvidenceSource {
  describe: string;
  /** What a query looks like, for the help and for errors. */
  example: string;
  /** What is to be seen there now, shortened; null when there is nothing. @throws Error saying what is wrong with the query */
  look(context: DrillContext, query: string): Promise<string | null>;
}

/** A file in engine/invariants: something no mitigation may change. */
export interface Invariant<Baseline = unknown> {
  describe: string;
  /** Captured after steady state and before injection. */
  capture(context: DrillContext): Promise<Baseline>;
  /** What differs now, one sentence each; empty when nothing does. */
  violations(context: DrillContext, baseline: Baseline): Promise<string[]>;
  /** Brings the baseline back when the incident is over, whatever was done to it. Idempotent. */
  restore?(context: DrillContext, baseline: Baseline): Promise<void>;
}

export const defineProbe = <A>(probe: Probe<A>): Probe<A> => probe;
export const defineFault = <A>(fault: Fault<A>): Fault<A> => fault;
export const defineEvidence = (source: EvidenceSource): EvidenceSource => source;
export const defineInvariant = <B>(invariant: Invariant<B>): Invariant<B> => invariant;
