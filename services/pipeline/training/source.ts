import { DAY_MS, HOUR_MS, startOfDay } from '../../../lib/kit/clock.ts';
import { errors } from './errors.ts';
import type { Peer } from './peer.ts';

/** The part of a feature view that training needs. */
export interface View {
  name: string;
  version: number;
  features: { name: string; type: string }[];
}

/** A point-in-time correct training set, as the feature service made it. */
export interface TrainingSet {
  path: string;
  rows: number;
  fingerprint: string;
}

export interface Range {
  fromMs: number;
  toMs: number;
}

/**
 * The range a run trains on. Without `to` it ends at the last midnight that every label had `label_wait_hours` to
 * follow: fresh transactions whose fraud is not reported yet would teach that fraud is rare.
 */
export function trainingRange(
  given: { from?: string | undefined; to?: string | undefined; days: number; label_wait_hours: number },
  nowMs: number,
): Range {
  const toMs = given.to ? Date.parse(given.to) : startOfDay(nowMs - given.label_wait_hours * HOUR_MS);
  const fromMs = given.from ? Date.parse(given.from) : toMs - given.days * DAY_MS;
  return { fromMs, toMs };
}

/** Asks for the view and its historical features. @throws AppError TRAIN_PEER */
export async function fetchTrainingSet(
  features: Peer,
  { view, view_version: version }: { view: string; view_version: number },
  { fromMs, toMs }: Range,
): Promise<{ view: View; set: TrainingSet }> {
  const found = await features.json<View>(`/v1/views/${encodeURIComponent(view)}/versions/${version}`);
  if (!found) throw errors.PEER('the feature service', `it has no view ${view} version ${version}`);
  const body = { view, version, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  const set = await features.json<TrainingSet>('/v1/historical-features', {
    method: 'POST',
    body,
    timeoutMs: 240_000,
  });
  return { view: found, set: set! };
}
