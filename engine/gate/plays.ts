import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { CatalogueEntry } from '../catalogue.ts';
import type { Play } from '../contract/play.ts';
import { errors } from './errors.ts';

export interface Plays {
  solutions: Play[];
  cheats: Play[];
}

/** The plays of a scenario that are meant for a variant. @throws AppError GATE_NO_PLAYS */
export async function playsFor({ folder, scenario }: CatalogueEntry, variant: string): Promise<Plays> {
  const url = new URL('solutions.ts', pathToFileURL(folder.endsWith('/') ? folder : `${folder}/`));
  const file = `scenarios/${scenario.id}/solutions.ts`;
  await access(url).catch(() => {
    throw errors.NO_PLAYS(file, 'the file');
  });
  const exported = (await import(url.href)) as Record<string, unknown>;
  const list = (name: 'solutions' | 'cheats'): Play[] => {
    const plays = exported[name];
    if (!Array.isArray(plays)) throw errors.NO_PLAYS(file, name);
    return (plays as Play[]).filter(({ variants }) => variants?.includes(variant) ?? true);
  };
  return { solutions: list('solutions'), cheats: list('cheats') };
}

/**
 * Plays in the order in which they may share incidents: first those that leave nothing behind in one, then each that
 * disturbs in its own.
 */
export function incidentsFor(plays: readonly Play[]): Play[][] {
  const sharing = plays.filter(({ disturbs }) => !disturbs);
  const alone = plays.filter(({ disturbs }) => disturbs).map((play) => [play]);
  return sharing.length > 0 ? [sharing, ...alone] : alone;
}
