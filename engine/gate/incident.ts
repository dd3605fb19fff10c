import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../lib/kit/wait.ts';
import type { CatalogueEntry } from '../catalogue.ts';
import { type Incident, incidentOf } from '../contract/scenario.ts';
import type { SessionView } from '../session/view.ts';
import { errors } from './errors.ts';
import type { DrillPlatform } from './platform.ts';

const LOOK_MS = 250;
/** Time for a drill's last verdict after its own end. */
const LAST_VERDICT_MS = 180_000;

/** One incident after the other on one platform, through the command line. */
export class OnCall {
  readonly platform: DrillPlatform;
  readonly entry: CatalogueEntry;
  readonly incident: Incident;
  /** Something has been injected that has not been undone yet. */
  armed = false;

  constructor(platform: DrillPlatform, entry: CatalogueEntry, variant: string) {
    this.platform = platform;
    this.entry = entry;
    this.incident = incidentOf(entry.scenario, variant);
  }

  /**
   * From a healthy bank to the page.
   * @param injected told once everything has been injected
   * @throws AppError GATE_NOT_OPEN with what the engine says
   */
  async open(injected: () => void = () => {}): Promise<SessionView> {
    const { id, variant } = this.incident;
    const begun = new AbortController();
    this.armed = true;
    const watching = this.#awaitInjection(begun.signal).then((yes) => yes && injected());
    try {
      const ran = await this.platform.drill('start', id, '--variant', variant, '--json');
      if (!ran.stdout) throw errors.NOT_OPEN(ran.stderr.trim());
      const view = JSON.parse(ran.stdout) as SessionView;
      if (view.phase !== 'open') {
        this.armed = false;
        throw errors.NOT_OPEN(view.problem ?? view.phase);
      }
      await watching;
      return view;
    } finally {
      begun.abort();
    }
  }

  view(): Promise<SessionView> {
    return this.platform.engine<SessionView>('/v1/drill');
  }

  /** Asks the grader, which gives a cure so many wall seconds to begin to hold, and waits for its answer. */
  check(withinSeconds: number): Promise<SessionView> {
    return this.platform.json<SessionView>('check', '--within', String(withinSeconds));
  }

  /** Waits until the drill ends by itself. */
  async end(signal: AbortSignal): Promise<SessionView> {
    const deadlineMs = this.incident.minutes * 60_000 + LAST_VERDICT_MS;
    const over = async () => {
      const view = await this.view();
      return view.phase !== 'open' && view;
    };
    return waitFor('the drill to end by itself', over, { deadlineMs, everyMs: 2_000, signal });
  }

  /** Takes the page, says so, and names the cause that it is: what every solution begins with. */
  async answer(): Promise<void> {
    const { drill } = await this.platform.operator(new AbortController().signal);
    const { component, id } = this.incident.cause;
    await drill('ack');
    await drill('say', 'looking at it', '--impact', 'as paged', '--action', 'looking', '--next', 'mending');
    await drill('submit', '--component', component, '--cause', id);
  }

  /** @throws Error when the bank could not be restored */
  async stop(): Promise<void> {
    if (!this.armed) return;
    const ran = await this.platform.drill('stop', '--json');
    if (ran.code !== 0) throw errors.COMMAND_FAILED('./drill stop', ran.stderr.trim());
    this.armed = false;
  }

  async #awaitInjection(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const phase = await this.view().then(
        (view) => view.phase,
        () => undefined,
      );
      if (phase === 'waiting' || phase === 'open') return true;
      await delay(LOOK_MS, undefined, { signal }).catch(() => {});
    }
    return false;
  }
}

/** Wall seconds from the injection to the page: the engine notes both, one after the other. */
export function pageSeconds({ timeline }: Pick<SessionView, 'timeline'>): number | null {
  const page = timeline.find(({ kind }) => kind === 'page');
  const injected = timeline.findLast(
    ({ kind, at }) => kind === 'engine' && page !== undefined && at <= page.at,
  );
  return page && injected ? (page.at - injected.at) / 1000 : null;
}
