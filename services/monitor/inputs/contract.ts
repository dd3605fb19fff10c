import type { Profile } from '../profiles/profile.ts';
import { ROW } from '../windows/layout.ts';
import type { WindowCounts } from '../windows/window.ts';

/** What came in for one feature, against its definition. Shares of the window's rows, 0 to 1. */
export interface InputQuality {
  name: string;
  /** No value at all: null or NaN. */
  missing: number;
  /** The definition's default stands in. */
  defaults: number;
  /** No value, or more defaults than the bin they fall into held in training: at least so many are lacking. */
  lacking: number;
  /** Values the definition does not allow, a new category among them. */
  out_of_contract: number;
}

/** Per feature, in the order of the inputs; empty without rows. */
export function inputQuality({ features, layout }: Profile, { counts, rows }: WindowCounts): InputQuality[] {
  // A row with too many or too few values has none that could be told apart.
  const readable = counts ? rows - counts[ROW.malformed]! : 0;
  if (!counts || readable === 0) return [];
  return features.map(({ name, usualDefaults }, f) => {
    const slots = layout.features[f]!;
    const share = (at: number) => counts[at]! / readable;
    const missing = share(slots.missing);
    const defaults = share(slots.defaults);
    return {
      name,
      missing,
      defaults,
      lacking: missing + Math.max(0, defaults - usualDefaults),
      out_of_contract: share(slots.outside),
    };
  });
}
