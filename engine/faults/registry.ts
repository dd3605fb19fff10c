import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';
import { approvedBefore } from '../recompute.ts';
import { errors } from './errors.ts';
import { RegistryHand } from './registry/client.ts';
import { withColumns } from './registry/columns.ts';
import { scoredAgain } from './registry/golden.ts';
import { asTensors } from './registry/tensors.ts';
import { smoothed } from './registry/trees.ts';
import { crossing, type VariantOptions, variantOf } from './registry/variant.ts';

interface Edit {
  model: string;
  actor: string;
  reason: string;
  register?: VariantOptions & { from?: string; tags: Record<string, string>; description: string };
  train?: Record<string, unknown>;
  alias?: { name: string; version?: string };
}

interface Undo {
  /** Versions that were made, oldest first. */
  made: string[];
  /** What the alias pointed at; null when it did not exist. */
  alias: { name: string; before: string | null } | null;
}

const RESTORE = { actor: 'firedrill', reason: 'restore the state before the incident' };
const Name = Type.String({ minLength: 1, pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$' });
const closed = { additionalProperties: false } as const;

const Register = Type.Object(
  {
    from: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'a version, or an alias; without it the champion of before the incident, so that once more makes the same',
      }),
    ),
    manifest: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      description: 'laid over the manifest: objects entry by entry, everything else as a whole',
    }),
    swapped: Type.Array(Type.String(), {
      default: [],
      maxItems: 2,
      description: 'two inputs that change places in the schema of the inputs; serving refuses that',
    }),
    crossed: Type.Array(Type.String(), {
      default: [],
      description: 'inputs the artifact confuses, each with the next one: fed in another order than it says',
    }),
    smoothed: Type.Optional(
      Type.Object(
        {
          copies: Type.Integer({ minimum: 2, maximum: 8, description: 'of each tree' }),
          spread: Type.Number({
            exclusiveMinimum: 0,
            maximum: 0.5,
            description: 'between the thresholds of two copies, as a share of them',
          }),
        },
        { ...closed, description: 'trees ask every question several times, and take the mean' },
      ),
    ),
    form: Type.Unsafe<VariantOptions['form']>({
      type: 'string',
      enum: ['trees', 'tensors'],
      default: 'trees',
      description:
        'tensors: the same trees as dense matrices, for accelerators; memory grows with the square of their number',
    }),
    golden: Type.Unsafe<VariantOptions['golden']>({
      type: 'string',
      enum: ['fed', 'kept'],
      default: 'fed',
      description:
        'examples beside `crossed`: fed in its order, so that they agree, or kept from the original; serving refuses those unless its model.golden_requests is off',
    }),
    tags: Type.Record(Type.String(), Type.String(), { default: {} }),
    description: Type.String({ default: '' }),
  },
  closed,
);

/**
 * Edits as somebody with rights makes them, over the registry's own interface, which checks every digest:
 *
 *   train or register   another version: trained by the pipeline with other parameters, or a variant of one that exists
 *   alias               points at that version, or at the one named
 */
export default defineFault<Edit>({
  describe: 'Somebody edits the model registry: another version, an alias moved.',
  arguments: {
    model: Type.String({ default: 'fraud', minLength: 1 }),
    actor: Type.String({ minLength: 1, description: 'who the audit trail names' }),
    reason: Type.String({ minLength: 1, description: 'must not give the cause away' }),
    register: Type.Optional(Register),
    train: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'parameters of the job train' }),
    ),
    alias: Type.Optional(
      Type.Object(
        {
          name: Name,
          version: Type.Optional(
            Type.String({ pattern: '^[1-9][0-9]*$', description: 'default: the version made here' }),
          ),
        },
        closed,
      ),
    ),
  },
  async inject(context, edit): Promise<Undo> {
    const { model, register, train, alias } = edit;
    const wanted = alias && alias.version === undefined && !register && !train;
    if ((!register && !train && !alias) || wanted) throw errors.NOTHING_TO_DO();
    const hand = new RegistryHand(context, edit);
    const undo: Undo = { made: [], alias: null };
    try {
      if (train) undo.made.push(await hand.train(model, train));
      if (register) {
        const from = register.from ?? approvedBefore(context.baseline)?.version ?? 'champion';
        undo.made.push(await registerVariant(hand, model, { ...register, from }));
      }
      if (alias) {
        const before = await hand.version(model, alias.name);
        await hand.point(model, alias.name, alias.version ?? undo.made.at(-1)!);
        undo.alias = { name: alias.name, before: before?.version ?? null };
      }
      return undo;
    } catch (error) {
      // Nobody will clear what was never injected.
      await takeBack(new RegistryHand(context, RESTORE), model, undo);
      throw error;
    }
  },
  async clear(context, { model }, undo) {
    if (undo) await takeBack(new RegistryHand(context, RESTORE), model, undo as Undo);
  },
});

async function registerVariant(
  hand: RegistryHand,
  model: string,
  { from, tags, description, ...options }: NonNullable<Edit['register']> & { from: string },
): Promise<string> {
  const original = await hand.version(model, from);
  if (!original) throw errors.REFUSED(`the version or alias ${from}`, 404, `${model} has none of that name`);
  const manifest = variantOf(original.manifest, options);
  const { crossed, smoothed: smooth, form } = options;
  if (crossed.length > 0 || smooth || form === 'tensors') {
    let artifact = await hand.artifact(original.manifest.digest);
    if (crossed.length > 0) artifact = withColumns(artifact, crossing(original.manifest, crossed));
    if (smooth) {
      artifact = smoothed(artifact, smooth.copies, smooth.spread);
      // Who trained it asked it for its own examples.
      manifest.golden = await scoredAgain(manifest.golden, artifact);
    }
    if (form === 'tensors') artifact = asTensors(artifact, manifest.inputs.length);
    manifest.digest = await hand.store(artifact);
  }
  return hand.register(model, { manifest, tags, description });
}

/** The alias first: what serves must not be taken away from under it. */
async function takeBack(hand: RegistryHand, model: string, { alias, made }: Undo): Promise<void> {
  if (alias?.before === null) await hand.unpoint(model, alias.name);
  else if (alias) {
    const now = await hand.version(model, alias.name);
    if (now?.version !== alias.before) await hand.point(model, alias.name, alias.before);
  }
  for (const version of [...made].reverse()) await hand.forget(model, version);
}
