import type { Volume, Volumes } from '../inputs/volumes.ts';
import type { ModelVersionKey } from '../ledger/records.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { MonitorSettings } from '../settings.ts';
import type { Cells } from '../windows/cells.ts';
import { type Scope, WINDOWS, type WindowName, windowRange } from '../windows/window.ts';
import { reportScope, type ScopeReport } from './scope.ts';

export interface DriftSources {
  cells: Pick<Cells, 'between'>;
  profiles: Pick<Profiles, 'get' | 'missing'>;
  volumes: Volumes;
  settings: MonitorSettings;
  /** Business time, epoch ms. */
  nowMs: number;
  /** Business time up to which predictions are known; undefined while that is not known. */
  knownMs: number | undefined;
}

export interface DriftReport {
  /** Business time it was made. */
  as_of: string;
  window: { name: WindowName; hours: number; from: string; to: string };
  models: (ModelVersionKey & { scopes: (ScopeReport & { volume: Volume | null })[] })[];
  /** Versions that make predictions and have no baselines here, and why. */
  unmeasured: (ModelVersionKey & { reason: string })[];
}

/** Which scopes a report has: all together, and by region, by channel or both apart; or exactly one. */
export type Cut = { by: readonly ('region' | 'channel')[] } | { only: Scope };

/** What a window says of every model version with predictions in it. */
export function driftReport(sources: DriftSources, name: WindowName, cut: Cut): DriftReport {
  const { cells, profiles, nowMs, settings } = sources;
  const range = windowRange(name, nowMs);
  const versions = new Map<string, ModelVersionKey & { regions: Set<string>; channels: Set<string> }>();
  for (const { model, version, region, channel } of cells.between(range.fromMs, range.toMs)) {
    const key = JSON.stringify([model, version]);
    const seen = versions.get(key) ?? { model, version, regions: new Set(), channels: new Set() };
    versions.set(key, seen);
    seen.regions.add(region);
    seen.channels.add(channel);
  }
  const scopesOf = ({ regions, channels }: { regions: Set<string>; channels: Set<string> }): Scope[] => {
    if ('only' in cut) return [cut.only];
    const all = { region: null, channel: null };
    return [
      all,
      ...(cut.by.includes('region') ? [...regions].sort().map((region) => ({ ...all, region })) : []),
      ...(cut.by.includes('channel') ? [...channels].sort().map((channel) => ({ ...all, channel })) : []),
    ];
  };
  return {
    as_of: new Date(nowMs).toISOString(),
    window: {
      name,
      hours: WINDOWS[name],
      from: new Date(range.fromMs).toISOString(),
      to: new Date(range.toMs).toISOString(),
    },
    models: [...versions.values()].flatMap((seen) => {
      const profile = profiles.get(seen);
      if (!profile) return [];
      const { model, version } = seen;
      const scopes = scopesOf(seen).map((scope) => ({
        ...reportScope(cells, profile, scope, { name, nowMs }, settings),
        volume: volumeOf(sources, model, scope, name),
      }));
      return [{ model, version, scopes }];
    }),
    unmeasured: profiles.missing,
  };
}

/** Of the model, whichever version served: traffic does not know about versions. */
const volumeOf = (
  { volumes, knownMs }: DriftSources,
  model: string,
  scope: Scope,
  name: WindowName,
): Volume | null => (knownMs === undefined ? null : volumes.measure(model, scope, WINDOWS[name], knownMs));
