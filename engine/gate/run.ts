import { messageOf } from '../../lib/kit/errors.ts';
import type { Refusal } from '../catalogue.ts';
import { freeBases } from './bases.ts';
import type { GateDocument, Gated, Step } from './document.ts';
import { Fleet } from './fleet.ts';
import { runLanes } from './lanes.ts';
import type { Job } from './plan.ts';
import { secondsSince } from './steps.ts';
import { medianPageSeconds } from './summary.ts';
import { type GateOptions, gateVariant } from './variant.ts';

export interface GateRequest extends GateOptions {
  jobs: readonly Job[];
  /** Scenarios the catalogue does not take. With any of them no platform comes up, so nothing else is tried. */
  refused: readonly Refusal[];
  /** Where the platforms run. */
  target: string;
  /** So many platforms at a time. */
  parallel: number;
  /** Where to begin to look for free ports. */
  portBase?: number;
  keep: boolean;
  /** One line about a platform. */
  say(line: string): void;
  /** One step of one variant has ended. */
  tell(job: Job, step: Step): void;
}

/**
 * Sends variants through the gate on platforms of its own, which are taken down whatever happens.
 * @throws the signal's reason when it is ended; AppError GATE_NO_PORTS
 */
export async function runGate(request: GateRequest): Promise<GateDocument> {
  const { jobs, refused, parallel, target, signal } = request;
  const begun = performance.now();
  const startedAt = new Date().toISOString();
  const width = Math.min(parallel, Math.max(1, jobs.length));
  const gated = new Map<Job, Gated>();
  if (refused.length === 0 && jobs.length > 0) {
    const bases = await freeBases(width, request.portBase);
    const fleet = new Fleet({ bases, target, keep: request.keep, signal, tell: request.say });
    await runLanes(
      jobs,
      width,
      async (job, worker) => void gated.set(job, await through(request, fleet, job, worker)),
      (worker) => fleet.leave(worker),
    );
  }
  const variants = jobs.flatMap((job) => gated.get(job) ?? []);
  return {
    passed: refused.length === 0 && variants.every(({ passed }) => passed),
    started_at: startedAt,
    seconds: secondsSince(begun),
    platforms: width,
    median_page_seconds: medianPageSeconds(variants),
    refused: refused.map(({ slug, error }) => ({
      scenario: slug,
      field: error.field ?? '',
      message: error.message,
    })),
    variants,
  };
}

/** One variant. A platform on which something was left over is not used again. */
async function through(request: GateRequest, fleet: Fleet, job: Job, worker: number): Promise<Gated> {
  const begun = performance.now();
  try {
    const platform = await fleet.platform(worker);
    const { gated, clean } = await gateVariant(platform, job, request, (step) => request.tell(job, step));
    if (!clean) await fleet.leave(worker);
    return gated;
  } catch (error) {
    request.signal.throwIfAborted();
    await fleet.leave(worker);
    const seconds = secondsSince(begun);
    const step: Step = {
      kind: 'manifest',
      name: 'manifest',
      outcome: 'fail',
      seconds,
      evidence: [messageOf(error)],
    };
    request.tell(job, step);
    return {
      scenario: job.entry.scenario.id,
      variant: job.variant,
      passed: false,
      seconds,
      page_seconds: null,
      waits_for_labels: false,
      steps: [step],
    };
  }
}
