import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Revision, RevisionChange } from '../target.ts';
import { errors } from './errors.ts';

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
  readonly #releases: Record<string, Release>;

  /** @param now business time, ISO */
  constructor(file: string, now: () => string) {
    this.#file = file;
    this.#now = now;
    this.#releases = load(file);
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

  /** A new revision: the current one with `change` over it. */
  add(workload: string, change: RevisionChange): Revision {
    const { environment, settings } = this.current(workload);
    return this.#append(workload, {
      actor: change.actor,
      reason: change.reason ?? '',
      environment: without({ ...environment, ...change.environment }),
      settings: without({ ...settings, ...change.settings }),
    });
  }

  /** A new revision with what `revision`, or the one before the current, held. */
  undo(workload: string, options: { revision?: number; actor: string; reason?: string }): Revision {
    const { revisions } = this.#release(workload);
    const wanted = options.revision;
    const source = wanted === undefined ? revisions.at(-2) : revisions.find((r) => r.revision === wanted);
    if (!source && wanted === undefined) throw errors.NOTHING_TO_UNDO(workload);
    if (!source) {
      throw errors.UNKNOWN_REVISION(
        workload,
        wanted!,
        revisions.map(({ revision }) => revision),
      );
    }
    return this.#append(workload, {
      actor: options.actor,
      reason: options.reason ?? `undo to revision ${source.revision}`,
      environment: { ...source.environment },
      settings: { ...source.settings },
    });
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
      replicas: 1,
      revisions: [
        {
          revision: 1,
          at: this.#now(),
          actor: 'platform',
          reason: 'first release',
          environment: {},
          settings: {},
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
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Release>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** `null` in a change removes the entry. */
const without = <T>(entries: Record<string, T | null>): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null)) as Record<string, T>;
