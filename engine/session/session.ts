import { setTimeout as delay } from 'node:timers/promises';
import type { Grade } from '../../lib/contract/grade.ts';
import { messageOf } from '../../lib/kit/errors.ts';
import { type Incident, incidentOf } from '../contract/scenario.ts';
import { errors } from '../errors.ts';
import { gradeSession } from '../grader/grade.ts';
import { raisedFlags } from '../grader/red-flags.ts';
import { worldTruth } from '../world.ts';
import { arm, disarm, forgetHeld, keepArmed, PUT_BACK, rearm } from './armed.ts';
import { readCheck } from './checks.ts';
import type { Drawn } from './draw.ts';
import { lookAgain } from './evidence.ts';
import { judgeMitigation, judgePrevention } from './judge.ts';
import { newRecord, type SessionRecord, type StatusUpdate, type TimelineEntry } from './record.ts';
import { Sampler } from './sampler.ts';
import { awaitSteadyState } from './steady.ts';
import { storyOf } from './story.ts';
import type { Answer, Surroundings } from './surroundings.ts';
import { TIMING, type Timing } from './timing.ts';

/** The bank as it was before somebody began to practise. */
const SNAPSHOT = 'before-incident';

/** One incident from steady state to restored, and everything somebody on call does in between. */
export class Session {
  readonly record: SessionRecord;
  readonly incident: Incident;
  readonly #around: Surroundings;
  readonly #timing: Timing;
  readonly #abort = new AbortController();
  readonly #sampler: Sampler;
  #work: Promise<void> = Promise.resolve();

  constructor(around: Surroundings, record: SessionRecord) {
    this.#around = { ...around, context: { ...around.context, baseline: record.baseline } };
    this.record = record;
    this.incident = incidentOf(around.scenario, record.variant);
    this.#timing = around.timing ?? TIMING;
    const { checks } = this.incident.recovery;
    const { sampleMs } = this.#timing;
    this.#sampler = new Sampler(around.parts, this.#around.context, checks, sampleMs, () => this.#intact());
  }

  static begin(around: Surroundings, drawn: Drawn): Session {
    const session = new Session(around, newRecord(around.scenario.id, drawn, Date.now()));
    session.#note('engine', 'keeping a snapshot, and checking that the bank is healthy');
    session.#work = session.#open();
    return session;
  }

  /** Goes on with what a crash of the engine interrupted. */
  static resume(around: Surroundings, record: SessionRecord): Session {
    const session = new Session(around, record);
    record.checking = false;
    if (record.phase === 'open') {
      session.#note('engine', 'the engine was restarted; the incident goes on');
      session.#work = session.#goOn();
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
    const hint = this.incident.hints[this.record.hintsTaken];
    if (!hint) throw errors.NO_MORE_HINTS();
    this.record.hintsTaken += 1;
    this.#note('candidate', `took hint ${this.record.hintsTaken}`);
    return hint;
  }

  async submit({ component, cause, evidence, ruledOut }: Answer): Promise<void> {
    this.#needOpen('submitting');
    if (this.record.submission) throw errors.ALREADY_SUBMITTED();
    const known = this.incident.causes.map(({ id }) => id);
    for (const one of [cause, ...ruledOut]) {
      if (!known.includes(one)) throw errors.UNKNOWN_CAUSE(one, known.join(', '));
    }
    const { parts, context } = this.#around;
    const at = Date.now();
    const seen = await Promise.all(evidence.map((pointer) => lookAgain(parts.evidence, context, pointer)));
    this.record.submission = { at, component, cause, evidence: seen, ruledOut: [...ruledOut] };
    this.#note('candidate', `named the cause: ${component}, ${cause}`);
  }

  /** What happened, what was looked at and what was done to the platform meanwhile, oldest first. */
  async story(): Promise<TimelineEntry[]> {
    return this.record.told ? this.record.timeline : storyOf(this.record, this.#around.context);
  }

  /**
   * Begins a check of the mitigation; `record.checking` falls when its verdict is in.
   * @param withinMs what a cure that is catching up gets to begin to hold, wall ms; never more than the default
   */
  check(withinMs = this.#timing.settleMs): void {
    this.#needOpen('checking');
    if (this.record.checking) throw errors.CHECK_RUNNING();
    this.record.checking = true;
    this.#note('candidate', 'asked for a check');
    this.#check(Math.min(withinMs, this.#timing.settleMs)).catch((error: unknown) => {
      this.record.checking = false;
      this.#note('engine', `the check could not be made: ${messageOf(error)}`);
    });
  }

  async #check(withinMs: number): Promise<void> {
    const verdict = await judgeMitigation(this.#bench(withinMs));
    if (this.record.phase !== 'open') return;
    this.record.verdicts.push(verdict);
    this.#note('engine', `check ${this.record.verdicts.length}: ${verdict.outcome}`);
    if (verdict.outcome === 'pass') {
      this.record.prevention = await judgePrevention(this.#bench(0));
      await this.#end('the bank has recovered');
    }
    this.record.checking = false;
  }

  /** Ends the incident and restores the platform. Idempotent. */
  async stop(): Promise<void> {
    const { parts, context, snapshots } = this.#around;
    this.#abort.abort();
    await this.#work;
    await this.#sampler.stop();
    if (this.record.phase === 'stopped' || this.record.phase === 'refused') return;
    this.record.checking = false;
    this.record.endedAt ??= Date.now();
    // Without a grade, if need be: whatever cannot be asked any more must not keep the bank broken.
    this.record.grade ??= await this.#grade().catch(() => null);
    const undo = () => disarm(parts, context, this.record, () => this.#save(), this.record.saved);
    const problem = await undo().then(() => undefined, messageOf);
    if (this.record.saved) {
      // The audit trail is part of the data: what it says of this incident is kept first.
      this.record.timeline = await storyOf(this.record, context).catch(() => this.record.timeline);
      this.record.told = true;
      this.#note('engine', 'bringing back the data of before');
      await this.#bringBack();
      await snapshots.remove(SNAPSHOT);
      this.record.saved = false;
    } else {
      await this.#restoreInvariants();
    }
    // What was done to the bank may have kept a fault from being undone; with the bank of before it can be.
    if (problem !== undefined) {
      this.#note('engine', problem);
      await undo();
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
    const { record, incident } = this;
    const { parts, context, snapshots } = this.#around;
    const { signal } = this.#abort;
    const save = () => this.#save();
    try {
      await snapshots.save(SNAPSHOT);
      record.saved = true;
      save();
      await arm(parts, context, record, incident.posture, save);
      const problem = await awaitSteadyState(parts, context, incident.steadyState, {
        timing: this.#timing,
        signal,
      });
      if (problem !== undefined) return await this.#refuse(`the bank is not healthy: ${problem}`);
      for (const name of incident.invariants) {
        record.baseline[name] = await parts.invariants.get(name)!.capture(context);
      }
      record.phase = 'injecting';
      this.#note('engine', 'the bank is healthy; something is about to happen');
      await arm(parts, context, record, [...incident.decoys, ...incident.disruptions], save);
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

  async #goOn(): Promise<void> {
    const { parts, context } = this.#around;
    await rearm(parts, context, this.record);
    this.#sampler.start();
    await this.#watchDeadline();
  }

  async #awaitPage(signal: AbortSignal): Promise<void> {
    const { parts, context } = this.#around;
    const [page] = this.incident.symptoms;
    const end = Date.now() + page!.withinSeconds * 1000;
    while (!signal.aborted) {
      const reading = await readCheck(parts, context, page!);
      if (reading.outcome === 'pass') return this.#page(page!.means);
      if (Date.now() > end) {
        return this.#refuse(`the page did not come within ${page!.withinSeconds} s: ${reading.detail}`);
      }
      await delay(this.#timing.lookMs, undefined, { signal }).catch(() => {});
    }
  }

  #page(text: string): void {
    this.record.visibleAt = Date.now();
    this.record.deadlineAt = this.record.visibleAt + this.incident.minutes * 60_000;
    this.record.phase = 'open';
    this.#note('page', text);
    this.#work = this.#watchDeadline();
  }

  async #watchDeadline(): Promise<void> {
    const { signal } = this.#abort;
    const isLate = () => Date.now() >= (this.record.deadlineAt ?? 0);
    // A check that was asked for in time is waited for.
    while (!signal.aborted && this.record.phase === 'open' && (this.record.checking || !isLate())) {
      await delay(this.#timing.lookMs, undefined, { signal }).catch(() => {});
    }
    if (signal.aborted || this.record.phase !== 'open') return;
    try {
      this.record.verdicts.push(await judgeMitigation(this.#bench(0)));
      await this.#end('time is up');
    } catch (error) {
      this.#note('engine', `time is up, and the bank could not be graded: ${messageOf(error)}`);
    }
  }

  #bench(settleMs: number) {
    const { parts, context } = this.#around;
    return {
      parts,
      context,
      incident: this.incident,
      record: this.record,
      sampler: this.#sampler,
      settleMs,
      timing: this.#timing,
      signal: this.#abort.signal,
      note: (text: string) => this.#note('engine', text),
    };
  }

  async #end(why: string): Promise<void> {
    this.record.endedAt = Date.now();
    this.record.grade = await this.#grade();
    this.record.phase = 'over';
    // Last: until then the deadline waits for the check that ends it.
    this.record.checking = false;
    await this.#sampler.stop();
    this.#note('engine', `${why}: ${this.record.grade.score} of 100 points`);
  }

  async #grade(): Promise<Grade> {
    const { record, incident } = this;
    const { context } = this.#around;
    const since = record.injectedAt ?? record.startedAt;
    const actions = await context.actions(since);
    const loss = await worldTruth(context, (Date.now() - since) / 1000).catch(() => undefined);
    return gradeSession(
      incident,
      record,
      raisedFlags(incident.redFlags, actions, record, record.verdicts.at(-1)),
      {
        requests: loss?.requests ?? 0,
        missed_fraud_eur: loss?.missed_fraud_eur ?? null,
        customers_declined_wrongly: loss?.customers_declined ?? null,
      },
    );
  }

  /** What has been done so far is undone; with the posture alone, nothing but settings has changed. */
  async #refuse(problem: string): Promise<void> {
    const { parts, context, snapshots } = this.#around;
    this.record.problem = problem;
    // It would put back what is undone.
    await this.#sampler.stop();
    // A posture alone has made revisions and lines in audit trails already.
    const touched = this.record.armed.length > 0;
    await disarm(parts, context, this.record, () => this.#save(), this.record.saved);
    if (this.record.saved && touched) await this.#bringBack();
    if (this.record.saved) await snapshots.remove(SNAPSHOT);
    this.record.saved = false;
    this.record.phase = 'refused';
    this.#note('engine', `not started: ${problem}`);
  }

  /** The data of before; where there is no way back to it, what was done is undone one by one. */
  async #bringBack(): Promise<void> {
    const { parts, context, snapshots } = this.#around;
    try {
      await snapshots.restore(SNAPSHOT);
    } catch (error) {
      await disarm(parts, context, this.record, () => this.#save());
      await this.#restoreInvariants();
      throw error;
    }
    forgetHeld(parts, this.record);
  }

  /** As they were once the bank was set up for the incident. A snapshot is older, and holds them as they were before. */
  async #restoreInvariants(): Promise<void> {
    const { parts, context } = this.#around;
    for (const [name, baseline] of Object.entries(this.record.baseline)) {
      await parts.invariants.get(name)?.restore?.(context, baseline);
    }
  }

  #needOpen(what: string): void {
    const { phase } = this.record;
    if (phase === 'open') return;
    if (phase === 'over' || phase === 'stopped' || phase === 'refused') throw errors.OVER(what);
    throw errors.NOT_YET(what, phase);
  }

  async #intact(): Promise<boolean> {
    const intact = await keepArmed(this.#around.parts, this.#around.context, this.record);
    if (!intact && this.record.timeline.at(-1)?.text !== PUT_BACK) this.#note('engine', PUT_BACK);
    return intact;
  }

  #note(kind: TimelineEntry['kind'], text: string): void {
    this.record.timeline.push({ at: Date.now(), business: this.#around.context.clock.iso(), kind, text });
    this.#save();
  }

  #save(): void {
    this.#around.journal.save(this.record);
  }
}
