import { setTimeout as delay } from 'node:timers/promises';
import type { Grade, Verdict } from '../../lib/contract/grade.ts';
import { messageOf } from '../../lib/kit/errors.ts';
import type { DrillContext } from '../contract/parts.ts';
import type { Scenario } from '../contract/scenario.ts';
import { errors } from '../errors.ts';
import { gradeSession } from '../grader/grade.ts';
import { raisedFlags } from '../grader/red-flags.ts';
import type { Parts } from '../parts.ts';
import { instantQuery } from '../prometheus.ts';
import { worldTruth } from '../world.ts';
import { readCheck } from './checks.ts';
import { clearAll, injectAll } from './disruptions.ts';
import type { Journal } from './journal.ts';
import { judgeMitigation } from './judge.ts';
import { newRecord, type SessionRecord, type StatusUpdate, type TimelineEntry } from './record.ts';
import { Sampler } from './sampler.ts';
import { awaitSteadyState } from './steady.ts';

const STEADY_DEADLINE_MS = 45_000;
/** A mitigation that is catching up gets this long to show its first good sample. */
const SETTLE_MS = 20_000;
const LOOK_MS = 500;

/** One incident from steady state to restored, and everything somebody on call does in between. */
export class Session {
  readonly record: SessionRecord;
  readonly scenario: Scenario;
  readonly #parts: Parts;
  readonly #context: DrillContext;
  readonly #journal: Journal;
  readonly #abort = new AbortController();
  readonly #sampler: Sampler;
  #work: Promise<void> = Promise.resolve();

  constructor(
    scenario: Scenario,
    parts: Parts,
    context: DrillContext,
    journal: Journal,
    record: SessionRecord,
  ) {
    this.scenario = scenario;
    this.record = record;
    this.#parts = parts;
    this.#context = context;
    this.#journal = journal;
    this.#sampler = new Sampler(parts, context, scenario.recovery.checks);
  }

  static begin(
    scenario: Scenario,
    variant: string,
    parts: Parts,
    context: DrillContext,
    journal: Journal,
  ): Session {
    const { disruptions } = scenario.variants[variant]!;
    const record = newRecord(scenario.id, variant, disruptions.length, Date.now());
    const session = new Session(scenario, parts, context, journal, record);
    session.#note('engine', 'checking that the bank is healthy');
    session.#work = session.#open();
    return session;
  }

  /** Goes on with what a crash of the engine interrupted. */
  static resume(
    scenario: Scenario,
    parts: Parts,
    context: DrillContext,
    journal: Journal,
    record: SessionRecord,
  ): Session {
    const session = new Session(scenario, parts, context, journal, record);
    record.checking = false;
    if (record.phase === 'open') {
      session.#note('engine', 'the engine was restarted; the incident goes on');
      session.#sampler.start();
      session.#work = session.#watchDeadline();
    } else if (record.phase === 'checking' || record.phase === 'injecting' || record.phase === 'waiting') {
      session.#work = session.#refuse('the engine was restarted before the incident was open');
    }
    return session;
  }

  acknowledge(): void {
    this.#needOpen('acknowledging');
    if (this.record.acknowledgedAt !== null) return;
    this.record.acknowledgedAt = Date.now();
    this.#note('candidate', 'took the page');
  }

  say(update: Omit<StatusUpdate, 'at'>): void {
    this.#needOpen('a status update');
    this.record.updates.push({ at: Date.now(), ...update });
    this.#note('candidate', `said: ${update.text}`);
  }

  hint(): { text: string; cost: number } {
    this.#needOpen('a hint');
    const hint = this.scenario.hints[this.record.hintsTaken];
    if (!hint) throw errors.NO_MORE_HINTS();
    this.record.hintsTaken += 1;
    this.#note('candidate', `took hint ${this.record.hintsTaken}`);
    return hint;
  }

  async submit(component: string, cause: string, queries: readonly string[]): Promise<void> {
    this.#needOpen('submitting');
    if (this.record.submission) throw errors.ALREADY_SUBMITTED();
    const known = this.scenario.causes.map(({ id }) => id);
    if (!known.includes(cause)) throw errors.UNKNOWN_CAUSE(cause, known.join(', '));
    const evidence = await Promise.all(
      queries.map(async (query) => {
        try {
          return { query, value: (await instantQuery(this.#context, query)) ?? null, problem: null };
        } catch (error) {
          return { query, value: null, problem: messageOf(error) };
        }
      }),
    );
    this.record.submission = { at: Date.now(), component, cause, evidence };
    this.#note('candidate', `named the cause: ${component}, ${cause}`);
  }

  /** What happened, and what was done to the platform meanwhile, oldest first. */
  async story(): Promise<TimelineEntry[]> {
    const { injectedAt, endedAt, timeline } = this.record;
    const actions = injectedAt === null ? [] : await this.#context.actions(injectedAt);
    const done = actions
      .filter(({ at }) => endedAt === null || at <= endedAt)
      .map(({ at, business, actor, action, object }) => {
        return { at, business, kind: 'action' as const, text: `${actor}: ${action} ${object}` };
      });
    return [...timeline, ...done].sort((a, b) => a.at - b.at);
  }

  /** Begins a check of the mitigation; `record.checking` falls when its verdict is in. */
  check(): void {
    this.#needOpen('checking');
    if (this.record.checking) throw errors.CHECK_RUNNING();
    this.record.checking = true;
    this.#note('candidate', 'asked for a check');
    this.#check().catch((error: unknown) => {
      this.record.checking = false;
      this.#note('engine', `the check could not be made: ${messageOf(error)}`);
    });
  }

  async #check(): Promise<void> {
    const verdict = await this.#judge(SETTLE_MS);
    if (this.record.phase !== 'open') return;
    this.record.verdicts.push(verdict);
    this.#note('engine', `check ${this.record.verdicts.length}: ${verdict.outcome}`);
    if (verdict.outcome === 'pass') await this.#end('the bank has recovered');
    this.record.checking = false;
  }

  /** Ends the incident and restores the platform. Idempotent. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#work;
    await this.#sampler.stop();
    if (this.record.phase === 'stopped' || this.record.phase === 'refused') return;
    this.record.checking = false;
    this.record.endedAt ??= Date.now();
    // Without a grade, if need be: whatever cannot be asked any more must not keep the bank broken.
    this.record.grade ??= await this.#grade().catch(() => null);
    await clearAll(this.#parts, this.#context, this.scenario, this.record);
    for (const [name, baseline] of Object.entries(this.record.baseline)) {
      await this.#parts.invariants.get(name)?.restore?.(this.#context, baseline);
    }
    this.record.phase = 'stopped';
    this.#note('engine', 'the platform is restored');
  }

  /** The engine goes away; the incident stays. */
  async suspend(): Promise<void> {
    this.#abort.abort();
    await Promise.all([this.#work, this.#sampler.stop()]);
  }

  async #open(): Promise<void> {
    const { record, scenario } = this;
    const { signal } = this.#abort;
    try {
      const problem = await awaitSteadyState(this.#parts, this.#context, scenario.steadyState, {
        deadlineMs: STEADY_DEADLINE_MS,
        signal,
      });
      if (problem !== undefined) return await this.#refuse(`the bank is not healthy: ${problem}`);
      for (const name of scenario.invariants) {
        record.baseline[name] = await this.#parts.invariants.get(name)!.capture(this.#context);
      }
      record.phase = 'injecting';
      this.#note('engine', 'the bank is healthy; something is about to happen');
      await injectAll(this.#parts, this.#context, scenario, record, () => this.#journal.save(record));
      record.injectedAt = Date.now();
      record.phase = 'waiting';
      this.#note('engine', 'waiting for the page');
      this.#sampler.start();
      await this.#awaitPage(signal);
    } catch (error) {
      if (signal.aborted) return;
      await this.#refuse(messageOf(error));
    }
  }

  async #awaitPage(signal: AbortSignal): Promise<void> {
    const [page] = this.scenario.symptoms;
    const end = Date.now() + page!.withinSeconds * 1000;
    while (!signal.aborted) {
      const reading = await readCheck(this.#parts, this.#context, page!);
      if (reading.outcome === 'pass') return this.#page(page!.means);
      if (Date.now() > end) {
        return this.#refuse(`the page did not come within ${page!.withinSeconds} s: ${reading.detail}`);
      }
      await delay(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  }

  #page(text: string): void {
    this.record.visibleAt = Date.now();
    this.record.deadlineAt = this.record.visibleAt + this.scenario.minutes * 60_000;
    this.record.phase = 'open';
    this.#note('page', text);
    this.#work = this.#watchDeadline();
  }

  async #watchDeadline(): Promise<void> {
    const { signal } = this.#abort;
    const isLate = () => Date.now() >= (this.record.deadlineAt ?? 0);
    // A check that was asked for in time is waited for.
    while (!signal.aborted && this.record.phase === 'open' && (this.record.checking || !isLate())) {
      await delay(LOOK_MS, undefined, { signal }).catch(() => {});
    }
    if (signal.aborted || this.record.phase !== 'open') return;
    try {
      this.record.verdicts.push(await this.#judge(0));
      await this.#end('time is up');
    } catch (error) {
      this.#note('engine', `time is up, and the bank could not be graded: ${messageOf(error)}`);
    }
  }

  #judge(settleMs: number): Promise<Verdict> {
    return judgeMitigation({
      parts: this.#parts,
      context: this.#context,
      scenario: this.scenario,
      record: this.record,
      sampler: this.#sampler,
      settleMs,
      signal: this.#abort.signal,
    });
  }

  async #end(why: string): Promise<void> {
    this.record.endedAt = Date.now();
    this.record.checking = false;
    this.record.grade = await this.#grade();
    this.record.phase = 'over';
    await this.#sampler.stop();
    this.#note('engine', `${why}: ${this.record.grade.score} of 100 points`);
  }

  async #grade(): Promise<Grade> {
    const { record, scenario } = this;
    const since = record.injectedAt ?? record.startedAt;
    const actions = await this.#context.actions(since);
    const loss = await worldTruth(this.#context, (Date.now() - since) / 1000).catch(() => undefined);
    return gradeSession(
      scenario,
      record,
      raisedFlags(scenario.redFlags, actions, record, record.verdicts.at(-1)),
      {
        requests: loss?.requests ?? 0,
        missed_fraud_eur: loss?.missed_fraud_eur ?? null,
        customers_declined_wrongly: loss?.customers_declined ?? null,
      },
    );
  }

  async #refuse(problem: string): Promise<void> {
    this.record.problem = problem;
    await clearAll(this.#parts, this.#context, this.scenario, this.record);
    this.record.phase = 'refused';
    await this.#sampler.stop();
    this.#note('engine', `not started: ${problem}`);
  }

  #needOpen(what: string): void {
    const { phase } = this.record;
    if (phase === 'open') return;
    if (phase === 'over' || phase === 'stopped' || phase === 'refused') throw errors.OVER(what);
    throw errors.NOT_YET(what, phase);
  }

  #note(kind: TimelineEntry['kind'], text: string): void {
    this.record.timeline.push({ at: Date.now(), business: this.#context.clock.iso(), kind, text });
    this.#journal.save(this.record);
  }
}
