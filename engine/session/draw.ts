import { randomInt } from 'node:crypto';
import { createRandom } from '../../lib/kit/random.ts';
import { type Scenario, variantsOn, whyNotOn, whyVariantNotOn } from '../contract/scenario.ts';
import { errors } from '../errors.ts';

/** How somebody asked for an incident. At most one of the three. */
export interface Wish {
  variant?: string;
  /** Draws a variant; the same seed draws the same one. */
  seed?: number;
  /** Draws a variant with a seed nobody has seen; the report tells it. */
  blind?: boolean;
}

export interface Drawn {
  variant: string;
  /** Null when it was asked for by name, or nothing was asked for. */
  seed: number | null;
}

/** Seeds are below this, so that they can be typed. */
const SEEDS = 1_000_000;

/**
 * Which variant it will be: the one asked for, one drawn, or the first; of those that can be played on the target.
 * @throws AppError DRILL_UNKNOWN_VARIANT, DRILL_TWO_WISHES, DRILL_NOT_HERE
 */
export function drawVariant(scenario: Scenario, wish: Wish, target: string): Drawn {
  const { id, variants } = scenario;
  const asked = [wish.variant, wish.seed, wish.blind || undefined].filter((one) => one !== undefined);
  if (asked.length > 1) throw errors.TWO_WISHES();
  if (wish.variant !== undefined) {
    if (!Object.hasOwn(variants, wish.variant)) throw errors.UNKNOWN_VARIANT(id);
    const why = whyVariantNotOn(scenario, wish.variant, target);
    if (why !== undefined) throw errors.NOT_HERE(id, target, why);
    return { variant: wish.variant, seed: null };
  }
  const names = variantsOn(scenario, target);
  const [first] = names;
  if (first === undefined) throw errors.NOT_HERE(id, target, whyNotOn(scenario, target)!);
  const seed = wish.blind ? randomInt(SEEDS) : wish.seed;
  if (seed === undefined) return { variant: first, seed: null };
  return { variant: createRandom(`${id}:${seed}`).pick(names), seed };
}
