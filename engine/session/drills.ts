import type { CatalogueEntry } from '../catalogue.ts';
import type { DrillContext } from '../contract/parts.ts';
import { errors } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { drawVariant, type Wish } from './draw.ts';
import type { Journal } from './journal.ts';
import { isArmed } from './record.ts';
import { Session } from './session.ts';
import type { Snapshots, Surroundings } from './surroundings.ts';

/** What every incident of a platform reaches; which scenario runs is added when it does. */
export type SharedContext = Omit<DrillContext, 'scenarioFolder' | 'baseline'>;

export interface DrillsOptions {
  catalogue: readonly CatalogueEntry[];
  parts: Parts;
  context: SharedContext;
  journal: Journal;
  snapshots: Snapshots;
  /** Whether the platform is up, so that an incident can begin. */
  ready(): boolean;
}

/** The one incident a platform can have open, and the last one it had. */
export class Drills {
  readonly #options: DrillsOptions;
  readonly #journal: Journal;
  #session: Session | undefined;

  constructor(options: DrillsOptions) {
    this.#options = options;
    this.#journal = options.journal;
  }

  /** What a candidate may choose from. */
  get catalogue(): readonly CatalogueEntry[] {
    return this.#options.catalogue.filter(({ hidden }) => !hidden);
  }

  /** By slug or by incident number. @throws AppError DRILL_UNKNOWN_SCENARIO */
  find(name: string): CatalogueEntry {
    const entry = this.#options.catalogue.find(
      ({ scenario }) => scenario.id === name || String(scenario.number) === name,
    );
    if (!entry)
      throw errors.UNKNOWN_SCENARIO(name, this.catalogue.map(({ scenario }) => scenario.id).join(', '));
    return entry;
  }

  /** Picks up the session a stop or a crash of the engine left behind. Call once, after the platform is up. */
  resume(): void {
    const record = this.#journal.load();
    if (!record) return;
    const entry = this.#options.catalogue.find(({ scenario }) => scenario.id === record.scenario);
    if (!entry) return;
    this.#session = Session.resume(this.#around(entry), record);
  }

  /** @throws AppError DRILL_ALREADY_RUNNING, _PLATFORM_STARTING, _UNKNOWN_SCENARIO, _UNKNOWN_VARIANT, _TWO_WISHES, _NOT_HERE */
  start(name: string, wish: Wish = {}): Session {
    if (this.#session && isArmed(this.#session.record))
      throw errors.ALREADY_RUNNING(this.#session.incident.title);
    if (!this.#options.ready()) throw errors.PLATFORM_STARTING();
    const entry = this.find(name);
    const drawn = drawVariant(entry.scenario, wish, this.#options.context.target.name);
    this.#session = Session.begin(this.#around(entry), drawn);
    return this.#session;
  }

  /** @throws AppError DRILL_NONE_RUNNING */
  current(): Session {
    if (!this.#session) throw errors.NONE_RUNNING();
    return this.#session;
  }

  /** What is going on right now, if anything is. */
  open(): { number: number; title: string; phase: string } | null {
    if (!this.#session || !isArmed(this.#session.record)) return null;
    const { incident, record } = this.#session;
    return { number: incident.number, title: incident.title, phase: record.phase };
  }

  #around({ scenario, folder }: CatalogueEntry): Surroundings {
    const { parts, context, snapshots } = this.#options;
    const own = { ...context, scenarioFolder: folder, baseline: {} };
    return { scenario, parts, context: own, journal: this.#journal, snapshots };
  }

  async suspend(): Promise<void> {
    await this.#session?.suspend();
  }
}
