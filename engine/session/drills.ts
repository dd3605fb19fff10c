import type { Random } from '../../lib/kit/random.ts';
import type { CatalogueEntry } from '../catalogue.ts';
import type { DrillContext } from '../contract/parts.ts';
import { errors } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { Journal } from './journal.ts';
import { isArmed } from './record.ts';
import { Session } from './session.ts';

/** What every incident of a platform reaches; which scenario runs is added when it does. */
export type SharedContext = Omit<DrillContext, 'scenarioFolder'>;

export interface DrillsOptions {
  catalogue: readonly CatalogueEntry[];
  parts: Parts;
  context: SharedContext;
  journalPath: string;
  random: Random;
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
    this.#journal = new Journal(options.journalPath);
  }

  get catalogue(): readonly CatalogueEntry[] {
    return this.#options.catalogue;
  }

  /** By slug or by incident number. @throws AppError DRILL_UNKNOWN_SCENARIO */
  find(name: string): CatalogueEntry {
    const { catalogue } = this.#options;
    const entry = catalogue.find(({ scenario }) => scenario.id === name || String(scenario.number) === name);
    if (!entry) throw errors.UNKNOWN_SCENARIO(name, catalogue.map(({ scenario }) => scenario.id).join(', '));
    return entry;
  }

  /** Picks up the session a stop or a crash of the engine left behind. Call once, after the platform is up. */
  resume(): void {
    const record = this.#journal.load();
    if (!record) return;
    const entry = this.#options.catalogue.find(({ scenario }) => scenario.id === record.scenario);
    if (!entry) return;
    const { parts } = this.#options;
    this.#session = Session.resume(entry.scenario, parts, this.#context(entry), this.#journal, record);
  }

  /** @throws AppError DRILL_ALREADY_RUNNING, _PLATFORM_STARTING, _UNKNOWN_SCENARIO, _UNKNOWN_VARIANT */
  start(name: string, variant?: string): Session {
    if (this.#session && isArmed(this.#session.record))
      throw errors.ALREADY_RUNNING(this.#session.scenario.title);
    if (!this.#options.ready()) throw errors.PLATFORM_STARTING();
    const entry = this.find(name);
    const { scenario } = entry;
    const names = Object.keys(scenario.variants);
    const chosen = variant ?? this.#options.random.pick(names);
    if (!names.includes(chosen)) throw errors.UNKNOWN_VARIANT(name);
    const { parts } = this.#options;
    this.#session = Session.begin(scenario, chosen, parts, this.#context(entry), this.#journal);
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
    const { scenario, record } = this.#session;
    return { number: scenario.number, title: scenario.title, phase: record.phase };
  }

  #context({ folder }: CatalogueEntry): DrillContext {
    return { ...this.#options.context, scenarioFolder: folder };
  }

  async suspend(): Promise<void> {
    await this.#session?.suspend();
  }
}
