import type { Clock } from '../../../lib/kit/clock.ts';
import { openDatabase } from '../../../lib/kit/sqlite.ts';
import { type Aliases, createAliases } from './aliases.ts';
import { createDeployments, type Deployments } from './deployments.ts';
import { createJournal, type Journal } from './journal.ts';
import { createModels, type Models } from './models.ts';
import { createVersions, type Versions } from './versions.ts';

/** Everything the registry knows, in one SQLite file. */
export interface Store {
  models: Models;
  versions: Versions;
  aliases: Aliases;
  deployments: Deployments;
  journal: Journal;
  close(): void;
}

/** @throws AppError SQLITE_UNUSABLE, SQLITE_TOO_NEW */
export function openStore(path: string, clock: Clock): Store {
  const database = openDatabase(path, new URL('./migrations/', import.meta.url));
  const journal = createJournal(database, clock);
  const models = createModels(database, clock, journal);
  const versions = createVersions(database, clock, journal, models);
  return {
    models,
    versions,
    aliases: createAliases(database, journal, models, versions),
    deployments: createDeployments(database, clock, journal),
    journal,
    close: () => database.close(),
  };
}
