import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../lib/kit/wait.ts';
import type { Play } from '../contract/play.ts';
import type { Parts } from '../parts.ts';
import { attempt } from './attempt.ts';
import { isThere, newestTrace } from './data.ts';
import { atBase, commandsFor, complaintAbout } from './debrief.ts';
import type { Gated, Step } from './document.ts';
import { differences, type Fingerprint, takeFingerprint } from './fingerprint.ts';
import { OnCall, pageSeconds } from './incident.ts';
import { failedByItself, judgeCheat, judgeNothing, judgeSolution } from './judgement.ts';
import type { Job } from './plan.ts';
import type { DrillPlatform } from './platform.ts';
import { incidentsFor, playsFor } from './plays.ts';
import { type Seen, Steps, secondsSince, tenths } from './steps.ts';
import { prepareWatch, type SymptomSeen } from './symptoms.ts';

const COMMAND_MS = 60_000;
/** Wall seconds that a cure gets to begin to hold: as much as anybody. */
const CURE_SHOWS_WITHIN = 20;
/** A cheat gets less: the next one is played in the same incident, and would be caught passing in its place. */
const CHEAT_SHOWS_WITHIN = 8;
/** Releases and restores end a moment after the command that asked for them. */
const SETTLES_WITHIN_MS = 45_000;

export interface GateOptions {
  parts: Parts;
  /** Wall seconds after the page for which nobody does anything; `full` waits until the drill ends by itself. */
  doNothing: number | 'full';
  /** How often each solution is played. */
  repeat: number;
  /** Ends the gate: whatever runs is given up, and platforms are taken down. */
  signal: AbortSignal;
}

/** What the gate says of one variant; `clean` is whether the platform can be used for another. */
export interface Outcome {
  gated: Gated;
  clean: boolean;
}

/**
 * The gate for one variant on a platform that is up: healthy, injected, every symptom in time, doing nothing, every
 * cheat, every solution, and the platform as it was.
 */
export async function gateVariant(
  platform: DrillPlatform,
  { entry, variant }: Job,
  options: GateOptions,
  tell: (step: Step) => void,
): Promise<Outcome> {
  const begun = performance.now();
  const steps = new Steps(tell, options.signal);
  const gate = new VariantGate(platform, new OnCall(platform, entry, variant), steps, options);
  const clean = await gate.run();
  const page = gate.onCall.incident.symptoms[0];
  return {
    clean,
    gated: {
      scenario: entry.scenario.id,
      variant,
      passed: steps.done.every(({ outcome }) => outcome === 'pass'),
      seconds: secondsSince(begun),
      page_seconds: gate.pageSeconds === null ? null : tenths(gate.pageSeconds),
      waits_for_labels: page?.waitsForLabels === true,
      steps: steps.done,
    },
  };
}

class VariantGate {
  readonly onCall: OnCall;
  pageSeconds: number | null = null;
  readonly #platform: DrillPlatform;
  readonly #steps: Steps;
  readonly #options: GateOptions;
  /** What was not as before after an incident had been stopped. */
  readonly #left: string[] = [];
  #stopSeconds = 0;

  constructor(platform: DrillPlatform, onCall: OnCall, steps: Steps, options: GateOptions) {
    this.onCall = onCall;
    this.#platform = platform;
    this.#steps = steps;
    this.#options = options;
  }

  /** @returns whether the platform is as it was */
  async run(): Promise<boolean> {
    const { onCall } = this;
    const { cheats, solutions } = await playsFor(
      onCall.entry,
      onCall.incident.variant,
      this.#platform.target,
    );
    const before = await this.#settled();
    const opened = await this.#page();
    if (opened) {
      await this.#debrief(before);
      await this.#nothing(before);
      for (const sharing of incidentsFor(cheats)) await this.#cheats(sharing, before);
      await this.#stop(before, 'the cheats');
      if (cheats.length === 0) this.#missing('cheat');
      await this.#solutions(solutions, before);
    }
    await this.#stop(before, 'the incident');
    const clean = this.#left.length === 0;
    this.#steps.add({
      kind: 'restored',
      name: 'restored',
      outcome: clean ? 'pass' : 'fail',
      seconds: tenths(this.#stopSeconds),
      evidence: this.#left,
    });
    return clean;
  }

  async #page(): Promise<boolean> {
    const { onCall } = this;
    const { signal } = this.#options;
    const [page] = onCall.incident.symptoms;
    let symptoms: Promise<SymptomSeen[]> = Promise.resolve([]);
    const watch = await prepareWatch(this.#platform, onCall.entry, onCall.incident, this.#options.parts);
    try {
      const opened = await this.#steps.take('page', page!.means, async () => {
        const view = await onCall.open(() => {
          symptoms = watch.look(signal);
          symptoms.catch(() => {});
        });
        this.pageSeconds = pageSeconds(view);
        return {
          ok: true,
          evidence: [`after ${this.pageSeconds?.toFixed(1)} s (within ${page!.withinSeconds} s)`],
        };
      });
      if (!opened) return false;
      for (const { means, seconds, detail, withinSeconds } of await symptoms) {
        this.#steps.add({
          kind: 'symptom',
          name: means,
          outcome: seconds === null ? 'fail' : 'pass',
          seconds: tenths(seconds ?? withinSeconds),
          evidence: [
            seconds === null
              ? `not within ${withinSeconds} s: ${detail}`
              : `after ${seconds.toFixed(1)} s (within ${withinSeconds} s): ${detail}`,
          ],
        });
      }
      return true;
    } finally {
      await watch.close();
    }
  }

  /** Every command that the debrief shows for this variant, while the incident is open. */
  async #debrief(before: Fingerprint): Promise<void> {
    const { entry, incident } = this.onCall;
    const text = await readFile(join(entry.folder, 'DEBRIEF.md'), 'utf8');
    const actionsBefore = await this.#actions();
    for (const command of commandsFor(text, incident.variant)) {
      await this.#steps.take('debrief', command, async () => {
        const ran = await this.#platform.shell(atBase(command, this.#platform.base), COMMAND_MS);
        const complaint = complaintAbout(command, ran);
        return { ok: complaint === undefined, evidence: complaint === undefined ? [] : [complaint] };
      });
    }
    // A debrief may also show how it is mended; then what follows needs an incident that is still broken.
    if ((await this.#actions()) !== actionsBefore) await this.#stop(before, "the debrief's commands");
  }

  async #actions(): Promise<number> {
    return (await this.#platform.engine<{ actions: unknown[] }>('/v1/actions')).actions.length;
  }

  async #nothing(before: Fingerprint): Promise<void> {
    const { onCall } = this;
    const { doNothing, signal } = this.#options;
    const expected = onCall.incident.doNothing;
    await this.#steps.take('do nothing', expected === 'pass' ? 'passes' : 'fails', async () => {
      await this.#reopen();
      if (doNothing === 'full') return judgeNothing(await onCall.end(signal), expected);
      const { visible_at: page } = await onCall.view();
      const until = Date.parse(page ?? '') + doNothing * 1000;
      await delay(Math.max(0, until - Date.now()), undefined, { signal });
      return judgeNothing(await onCall.check(expected === 'pass' ? CURE_SHOWS_WITHIN : 0), expected);
    });
    if (await this.#isOver()) await this.#stop(before, 'doing nothing');
  }

  async #cheats(sharing: readonly Play[], before: Fingerprint): Promise<void> {
    const { onCall } = this;
    const { noFault } = onCall.incident;
    if (sharing[0]?.disturbs || noFault) await this.#stop(before, 'an incident of the cheats');
    for (const cheat of sharing) {
      await this.#steps.take('cheat', cheat.name, async () => {
        await this.#reopen();
        const earlier = (await onCall.view()).verdict;
        let judged = await attempt(onCall, cheat, CHEAT_SHOWS_WITHIN, this.#options.signal);
        // It failed for what another one has left behind: only an incident of its own shows what it is worth.
        if (earlier && !noFault && !failedByItself(judged, earlier)) {
          await this.#stop(before, cheat.name);
          await this.#reopen();
          judged = await attempt(onCall, cheat, CHEAT_SHOWS_WITHIN, this.#options.signal);
        }
        return judgeCheat(judged, noFault);
      });
      if (cheat.disturbs || noFault || (await this.#isOver())) await this.#stop(before, cheat.name);
    }
  }

  async #solutions(solutions: readonly Play[], before: Fingerprint): Promise<void> {
    const { onCall } = this;
    const { repeat, signal } = this.#options;
    if (solutions.length === 0) this.#missing('solution');
    for (const solution of solutions) {
      for (let time = 1; time <= repeat; time += 1) {
        const name = time === 1 ? solution.name : `${solution.name} (${time})`;
        await this.#steps.take('solution', name, async (): Promise<Seen> => {
          await this.#reopen();
          await onCall.answer();
          return judgeSolution(await attempt(onCall, solution, CURE_SHOWS_WITHIN, signal));
        });
        await this.#stop(before, solution.name);
      }
    }
  }

  #missing(kind: 'cheat' | 'solution'): void {
    const evidence = [`solutions.ts has no ${kind} for this variant`];
    this.#steps.add({ kind, name: 'there is one', outcome: 'fail', seconds: 0, evidence });
  }

  async #reopen(): Promise<void> {
    if (!this.onCall.armed) await this.onCall.open();
  }

  async #isOver(): Promise<boolean> {
    return this.onCall.armed && (await this.onCall.view()).phase !== 'open';
  }

  /** Ends the incident, and looks whether everything is as it was. */
  async #stop(before: Fingerprint, after: string): Promise<void> {
    if (!this.onCall.armed) return;
    const begun = performance.now();
    const trace = await newestTrace(this.#platform);
    await this.onCall.stop();
    const left = await this.#differences(before);
    if (trace && (await isThere(this.#platform, trace)))
      left.push('the event log still holds what happened meanwhile');
    this.#stopSeconds += (performance.now() - begun) / 1000;
    this.#left.push(...left.map((difference) => `after ${after}: ${difference}`));
  }

  async #differences(before: Fingerprint): Promise<string[]> {
    let left: string[] = [];
    const same = async () => {
      left = differences(before, await takeFingerprint(this.#platform));
      return left.length === 0;
    };
    const options = { deadlineMs: SETTLES_WITHIN_MS, everyMs: 500, signal: this.#options.signal };
    await waitFor('the platform to be as it was', same, options).catch(() => {
      this.#options.signal.throwIfAborted();
      if (left.length === 0) left = ['the platform does not answer'];
    });
    return left;
  }

  /** What it looks like when every replica that is wanted is ready. */
  async #settled(): Promise<Fingerprint> {
    const whole = async () => {
      const seen = await takeFingerprint(this.#platform);
      const lacking = Object.keys(seen).filter(
        (name) => name.endsWith(' replicas') && seen[name] !== seen[name.replace(/ replicas$/, ' ready')],
      );
      return lacking.length === 0 && seen;
    };
    return waitFor('every part of the platform to be ready', whole, {
      deadlineMs: SETTLES_WITHIN_MS,
      everyMs: 500,
      signal: this.#options.signal,
    });
  }
}
