import type { ModelManifest } from '../../../lib/contract/registry.ts';
import { errors } from '../errors.ts';

/** What somebody made of a version that exists. */
export interface VariantOptions {
  /** Laid over the manifest: objects entry by entry, everything else as a whole. */
  manifest: Record<string, unknown>;
  /** Two inputs that change places in the schema of the inputs. */
  swapped: readonly string[];
  /** Inputs whose values the artifact confuses, each with the next one. */
  crossed: readonly string[];
  /** Its trees ask every question several times, and take the mean. */
  smoothed?: { copies: number; spread: number };
  /** In which form the trees are written. */
  form: 'trees' | 'tensors';
  /** Its examples: as its maker fed them, so that they agree with the artifact, or those of the original. */
  golden: 'fed' | 'kept';
}

/** The manifest of the variant, before it is known what its artifact hashes to. @throws AppError FAULT_NO_SUCH_INPUT */
export function variantOf(manifest: ModelManifest, options: VariantOptions): ModelManifest {
  const columns = crossing(manifest, options.crossed);
  const swap = crossing(manifest, options.swapped);
  return {
    ...(merged(manifest, options.manifest) as ModelManifest),
    inputs: swap.map((i) => manifest.inputs[i]!),
    // Who trained it fed it in its own order, and that is where its examples come from; who only packed it again did
    // not make new ones.
    golden:
      options.golden === 'kept' ? manifest.golden : manifest.golden.map((example) => fed(example, columns)),
  };
}

function fed(
  { features, score }: ModelManifest['golden'][number],
  columns: readonly number[],
): ModelManifest['golden'][number] {
  const moved = [...features];
  for (const [i, column] of columns.entries()) moved[column] = features[i]!;
  return { features: moved, score };
}

/** By column: the one to look at instead. Each named input takes the place of the one before it. */
export function crossing({ inputs }: Pick<ModelManifest, 'inputs'>, names: readonly string[]): number[] {
  const places = names.map((name) => {
    const place = inputs.findIndex((input) => input.name === name);
    if (place < 0) throw errors.NO_SUCH_INPUT(name, inputs.map((input) => input.name).join(', '));
    return place;
  });
  const columns = inputs.map((_, i) => i);
  for (const [i, place] of places.entries()) columns[place] = places[(i + 1) % places.length]!;
  return columns;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merged(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over;
  const entries = Object.entries(over).map(([name, value]) => [name, merged(base[name], value)] as const);
  return { ...base, ...Object.fromEntries(entries) };
}
