import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { errors } from './errors.ts';
import { BUILT_IN, type Revision, type RevisionChange } from './target.ts';

interface Release {
  replicas: number;
  /** Oldest first; the last one is running. */
  revisions: Revision[];
}

/** Revisions kept per workload, as kubectl's revisionHistoryLimit, only more generous. */
const LIMIT = 50;

/** What was released of every workload and how many replicas it has, on disk. */
export class Revisions {
  readonly #file: string;
  readonly #now: () => string;
  readonly #initial: Readonly<Record<string, number>>;
  #releases: Record<string, Release>;

  /**
   * @param now business time, ISO
   * @param initial replicas of a workload nobody has scaled yet; 1 where it is not named
   */
  constructor(file: string, now: () => string, initial: Readonly<Record<string, number>> = {}) {
    this.#file = file;
    this.#now = now;
    this.#initial = initial;
    this.#releases = load(file);
  }

  /** Writes what is only known here: workloads nobody has changed yet. */
  save(): void {
    this.#save();
  }

  /** Forgets what it knows for what the file says by now. */
  reload(): void {
    this.#releases = load(this.#file);
  }

  history(workload: string): readonly Revision[] {
    return this.#release(workload).revisions;
  }

  current(workload: string): Revision {
    return this.#release(workload).revisions.at(-1)!;
  }

  replicas(workload: string): number {
    return this.#release(workload).replicas;
  }

  setReplicas(workload: string, replicas: number): void {
    this.#release(workload).replicas = replicas;
    this.#save();
  }

  /** The running one, or `revision`. @throws AppError TARGET_UNKNOWN_REVISION */
  at(workload: string, revision?: number): Revision {
    const { revisions } = this.#release(workload);
    if (revision === undefined) return revisions.at(-1)!;
    const found = revisions.find((one) => one.revision === revision);
    if (found) return found;
    const known = revisions.map((one) => one.revision);
    throw errors.UNKNOWN_REVISION(workload, revision, known);
  }

  /** The newest one older than `revision` that is still known. */
  before(workload: string, revision: number): Revision | undefined {
    return this.#release(workload).revisions.findLast((one) => one.revision < revision);
  }

  /** Of every revision of every workload. */
  codes(): Set<string> {
    return new Set(
      Object.values(this.#releases).flatMap(({ revisions }) => revisions.map(({ code }) => code)),
    );
  }

  /**
   * A new revision: the current one with `change` over it.
   * @param code what it runs, when that is not what the current one does
   */
  add(workload: string, change: Omit<RevisionChange, 'overlay' | 'overlayAdds'>, code?: string): Revision {
    const { environment, settings, code: running } = this.current(workload);
    return this.#append(workload, {
      actor: change.actor,
      reason: change.reason ?? '',
      environment: without({ ...environment, ...change.environment }),
      settings: without({ ...settings, ...change.settings }),
      code: code ?? running,
    });
  }

  /** A new revision with what `revision`, or the one before the current, held. */
  undo(workload: string, options: { revision?: number; actor: string; reason?: string }): Revision {
    const source = this.goBackTo(workload, options.revision);
    return this.#append(workload, {
      actor: options.actor,
      reason: options.reason ?? `undo to revision ${source.revision}`,
      environment: { ...source.environment },
      settings: { ...source.settings },
      code: source.code,
    });
  }

  /** What `undo` would bring back. @throws AppError TARGET_NOTHING_TO_UNDO, TARGET_UNKNOWN_REVISION */
  goBackTo(workload: string, revision?: number): Revision {
    if (revision !== undefined) return this.at(workload, revision);
    const source = this.#release(workload).revisions.at(-2);
    if (!source) throw errors.NOTHING_TO_UNDO(workload);
    return source;
  }

  #append(workload: string, content: Omit<Revision, 'revision' | 'at'>): Revision {
    const release = this.#release(workload);
    const revision = { revision: release.revisions.at(-1)!.revision + 1, at: this.#now(), ...content };
    release.revisions = [...release.revisions, revision].slice(-LIMIT);
    this.#save();
    return revision;
  }

  #release(workload: string): Release {
    this.#releases[workload] ??= {
      replicas: this.#initial[workload] ?? 1,
      revisions: [
        {
          revision: 1,
          at: this.#now(),
          actor: 'platform',
          reason: 'first release',
          environment: {},
          settings: {},
          code: BUILT_IN,
        },
      ],
    };
    return this.#releases[workload];
  }

  #save(): void {
    // Renamed into place: a crash leaves the old file or the new one, never half of one.
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#releases, null, 2));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function load(file: string): Record<string, Release> {
  try {
    const releases = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Release>;
    // A file from before code was released had no word for it.
    for (const { revisions } of Object.values(releases)) for (const one of revisions) one.code ??= BUILT_IN;
    return releases;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** `null` in a change removes the entry. */
const without = <T>(entries: Record<string, T | null>): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null)) as Record<string, T>;
