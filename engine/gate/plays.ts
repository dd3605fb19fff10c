import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { CatalogueEntry } from '../catalogue.ts';
import type { Play } from '../contract/play.ts';
import { errors } from './errors.ts';

export interface Plays {
  solutions: Play[];
  cheats: Play[];
}

/** The plays of a scenario that are meant for a variant, and can be played on a target. @throws AppError GATE_NO_PLAYS */
export async function playsFor(
  { folder, scenario }: CatalogueEntry,
  variant: string,
  target = 'local',
): Promise<Plays> {
  const url = new URL('solutions.ts', pathToFileURL(folder.endsWith('/') ? folder : `${folder}/`));
  const file = `scenarios/${scenario.id}/solutions.ts`;
  await access(url).catch(() => {
    throw errors.NO_PLAYS(file, 'the file');
  });
  const exported = (await import(url.href)) as Record<string, unknown>;
  const list = (name: 'solutions' | 'cheats'): Play[] => {
    const plays = exported[name];
    if (!Array.isArray(plays)) throw errors.NO_PLAYS(file, name);
    const fits = (only: readonly string[] | undefined, one: string) => only?.includes(one) ?? true;
    return (plays as Play[]).filter(
      ({ variants, targets }) => fits(variants, variant) && fits(targets, target),
    );
  };
  return { solutions: list('solutions'), cheats: list('cheats') };
}

/**
 * Plays in the order in which they may share incidents: first those that leave nothing behind in one, and after them one
 * that disturbs, because nobody comes after it; then each of the others that disturb in its own.
 */
export function incidentsFor(plays: readonly Play[]): Play[][] {
  const sharing = plays.filter(({ disturbs }) => !disturbs);
  const [last, ...others] = plays.filter(({ disturbs }) => disturbs);
  const first = last === undefined ? sharing : [...sharing, last];
  return [first, ...others.map((play) => [play])].filter((incident) => incident.length > 0);
}
