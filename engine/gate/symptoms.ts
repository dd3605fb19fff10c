import { setTimeout as delay } from 'node:timers/promises';
import type { CatalogueEntry } from '../catalogue.ts';
import type { Incident } from '../contract/scenario.ts';
import type { Parts } from '../parts.ts';
import { readCheck } from '../session/checks.ts';
import { openObserver } from './observer.ts';
import type { DrillPlatform } from './platform.ts';

const LOOK_MS = 500;

export interface SymptomSeen {
  means: string;
  /** Wall seconds after the injection at which it was seen first; null when it was not, within its time. */
  seconds: number | null;
  /** What was seen last. */
  detail: string;
  withinSeconds: number;
}

/** Looks for every symptom except the page, which the engine itself waits for. */
export interface Watch {
  /** From now, when everything has been injected, until each has been seen or is late. */
  look(signal: AbortSignal): Promise<SymptomSeen[]>;
  close(): Promise<void>;
}

/** Call while the bank is healthy: what probes compare with is captured here. */
export async function prepareWatch(
  platform: DrillPlatform,
  { folder }: CatalogueEntry,
  { symptoms, invariants }: Incident,
  parts: Parts,
): Promise<Watch> {
  const others = symptoms.slice(1);
  if (others.length === 0) return { look: async () => [], close: async () => {} };
  const { context, close } = await openObserver(platform, folder);
  const captured = invariants.map(
    async (name) => [name, await parts.invariants.get(name)?.capture(context)] as const,
  );
  const baseline = await Promise.all(captured).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const known = { ...context, baseline: Object.fromEntries(baseline) };
  const find = async (symptom: Incident['symptoms'][number], signal: AbortSignal): Promise<SymptomSeen> => {
    const begun = performance.now();
    const { means, withinSeconds } = symptom;
    for (;;) {
      signal.throwIfAborted();
      const { outcome, detail } = await readCheck(parts, known, symptom);
      const seconds = (performance.now() - begun) / 1000;
      if (outcome === 'pass') return { means, seconds, detail, withinSeconds };
      if (seconds > withinSeconds) return { means, seconds: null, detail, withinSeconds };
      await delay(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  };
  return { look: (signal) => Promise.all(others.map((symptom) => find(symptom, signal))), close };
}
