import type { Priority } from '../../contract/pressure.ts';
import type { Metrics } from '../metrics.ts';
import { AdaptiveLimit } from './limit.ts';
import type { AdmissionSettings } from './settings.ts';
import { type Waiter, WaitingRoom } from './waiting-room.ts';

/**
 * Why a request was turned away: no room to wait in; waited in vain; its caller would not wait that long or does no
 * longer; one of higher priority took its place; its caller hung up.
 */
export type ShedReason = 'queue_full' | 'waited' | 'deadline' | 'displaced' | 'hung_up';

export interface Ask {
  priority: Priority;
  /** On the monotonic clock, ms: when the caller stops waiting. */
  deadlineMs: number;
  /** The caller's connection; one that is destroyed wants no answer. */
  caller?: { readonly destroyed: boolean } | undefined;
}

export interface AdmissionOptions {
  /** What is protected: label `resource` of the metrics. */
  resource: string;
  settings: { readonly values: Readonly<AdmissionSettings>; onChange(listener: () => void): void };
  metrics: Metrics;
  /** What a request is told that is turned away. */
  refusal(reason: ShedReason): Error;
}

interface Waiting extends Waiter {
  ask: Ask;
  /** On the monotonic clock, ms: when it has to begin to be of use. */
  latestMs: number;
  admit(nowMs: number): void;
  refuse(error: Error): void;
}

/** Wall ms between looks at who has waited too long. */
const LOOK_MS = 5;
/** Weight of the newest answer in the time an answer takes on average. */
const NEWEST = 0.05;

/**
 * Lets in what can be borne, and says no to the rest while no still helps:
 *
 *   request ─▶ a place is free? ─▶ work ─▶ answer, and the time it took moves the limit
 *                 └─ no ─▶ waiting room, by priority ─▶ place         └─▶ turned away
 *
 * How long one may wait follows "controlled delay" as Maurer describes it for servers (Fail at Scale, ACM Queue 2015):
 * long after a quiet moment, so that bursts are taken in; next to nothing while the line of that priority has not been
 * empty for that long, because a line that stands is delay for everybody in it and work for nobody.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #limit: AdaptiveLimit;
  readonly #room = new WaitingRoom<Waiting>();
  readonly #shed;
  readonly #waited;
  #underWay = 0;
  #averageMs = 0;
  #looking: NodeJS.Timeout | undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    const { settings, metrics } = options;
    this.#limit = new AdaptiveLimit(() => ({
      min: settings.values['admission.limit_min'],
      max: settings.values['admission.limit_max'],
      targetMs: settings.values['admission.target_ms'],
    }));
    this.#shed = metrics.counter('firedrill_admission_shed_total');
    this.#waited = metrics.histogram('firedrill_admission_wait_seconds');
    settings.onChange(() => this.#serve(performance.now()));
  }

  get resource(): string {
    return this.#options.resource;
  }

  /** Requests now, and how many may be under way. */
  get counts(): { under_way: number; waiting: number; limit: number } {
    return { under_way: this.#underWay, waiting: this.#room.size, limit: this.#limit.value };
  }

  get #on(): boolean {
    return this.#options.settings.values['admission.enabled'];
  }

  /**
   * @param work is begun when there is a place; must not throw, but may reject
   * @throws what `refusal` makes of the reason when there is none
   */
  run<T>(ask: Ask, work: () => Promise<T>): Promise<T> {
    const nowMs = performance.now();
    if (!this.#on) return this.#begin(work, nowMs);
    if (ask.deadlineMs <= nowMs) return Promise.reject(this.#refusal(ask, 'deadline'));
    if (this.#room.size === 0 && this.#underWay < this.#limit.value) return this.#begin(work, nowMs);
    return this.#wait(ask, work, nowMs);
  }

  #begin<T>(work: () => Promise<T>, beganMs: number): Promise<T> {
    this.#underWay++;
    const answer = work();
    answer.then(
      () => this.#done(beganMs, true),
      () => this.#done(beganMs, false),
    );
    return answer;
  }

  #done(beganMs: number, answered: boolean): void {
    const nowMs = performance.now();
    const tookMs = nowMs - beganMs;
    // A failure that comes at once says nothing of how much can be borne.
    if (answered || tookMs > this.#options.settings.values['admission.target_ms']) {
      this.#limit.sample(tookMs, this.#underWay, nowMs);
      this.#averageMs += NEWEST * (tookMs - this.#averageMs);
    }
    this.#underWay--;
    if (this.#room.size > 0) this.#serve(nowMs);
  }

  async #wait<T>(ask: Ask, work: () => Promise<T>, nowMs: number): Promise<T> {
    const { values } = this.#options.settings;
    const { priority } = ask;
    // An answer has to be begun so early that it is there in time.
    const latestMs = ask.deadlineMs - this.#averageMs;
    const expectedMs = ((this.#room.ahead(priority) + 1) * this.#averageMs) / this.#limit.value;
    if (nowMs + expectedMs > latestMs) throw this.#refusal(ask, 'deadline');
    if (this.#room.size >= values['admission.queue']) {
      const displaced = this.#room.displaceBelow(priority);
      if (!displaced) throw this.#refusal(ask, 'queue_full');
      displaced.refuse(this.#refusal(displaced.ask, 'displaced'));
    }
    const standing = this.#room.standingMs(priority, nowMs) > values['admission.wait_ms'];
    const mayWaitMs = values[standing ? 'admission.standing_wait_ms' : 'admission.wait_ms'];
    return new Promise<T>((resolve, reject) => {
      this.#room.add({
        ask,
        priority,
        sinceMs: nowMs,
        latestMs,
        untilMs: Math.min(nowMs + mayWaitMs, latestMs),
        admit: (beganMs) => {
          this.#waited.observe({ priority }, (beganMs - nowMs) / 1000);
          resolve(this.#begin(work, beganMs));
        },
        refuse: reject,
      });
      // Behind the answers that came in meanwhile: after a stall they free places first, and only then somebody is late.
      this.#looking ??= setInterval(() => setImmediate(() => this.#look()), LOOK_MS);
    });
  }

  /** Gives free places to who waits; switched off, everybody gets one. */
  #serve(nowMs: number): void {
    while (this.#room.size > 0 && (!this.#on || this.#underWay < this.#limit.value)) {
      const waiter = this.#room.next()!;
      const { ask } = waiter;
      if (ask.caller?.destroyed) waiter.refuse(this.#refusal(ask, 'hung_up'));
      else if (waiter.latestMs <= nowMs) waiter.refuse(this.#refusal(ask, 'deadline'));
      else waiter.admit(nowMs);
    }
    this.#rest();
  }

  #look(): void {
    const nowMs = performance.now();
    for (const waiter of this.#room.expired(nowMs)) waiter.refuse(this.#refusal(waiter.ask, late(waiter)));
    this.#rest();
  }

  /** Without anybody waiting there is nothing to look at. */
  #rest(): void {
    if (this.#room.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  #refusal({ priority }: Ask, reason: ShedReason): Error {
    const { resource, refusal } = this.#options;
    this.#shed.inc({ resource, priority, reason });
    return refusal(reason);
  }
}

const late = ({ untilMs, latestMs }: Waiting): ShedReason => (untilMs >= latestMs ? 'deadline' : 'waited');

/** Shows all admissions of a process; what protects the same is added up. */
export function reportAdmissions(metrics: Metrics, admissions: readonly Admission[]): void {
  metrics.gauge('firedrill_admission_requests', (gauge) => {
    gauge.reset();
    for (const { resource, counts } of admissions) {
      for (const [state, count] of Object.entries(counts)) gauge.inc({ resource, state }, count);
    }
  });
}
