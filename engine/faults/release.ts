import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Type from 'typebox';
import { AppError } from '../../lib/kit/errors.ts';
import { type DrillContext, defineFault } from '../contract/parts.ts';
import { BUILT_IN, type Revision, type RevisionChange, type Target } from '../targets/target.ts';
import { errors } from './errors.ts';

interface Release {
  workload?: string;
  workloads?: string[];
  actor: string;
  reason: string;
  environment: Record<string, string | null>;
  settings: Record<string, unknown>;
  overlay?: string;
  overlayAdds: string[];
  model?: string;
  featureView?: string;
}

/** By workload: what ran before. */
type Undo = Record<string, Pick<Revision, 'revision' | 'environment' | 'settings' | 'code'>>;

const RESTORE = { actor: 'firedrill', reason: 'restore the state before the incident' };
/** It went out all the same: replicas that do not come up are what the incident is about. */
const OUT_BUT_DOWN = new Set(['TARGET_CRASHED', 'TARGET_NOT_READY']);

const name = Type.String({ minLength: 1 });

export default defineFault<Release>({
  describe: 'A release that should not have gone out, by the same way as every release of the platform.',
  heldBySnapshot: true,
  arguments: {
    workload: Type.Optional(name),
    workloads: Type.Optional(
      Type.Array(name, { minItems: 1, description: 'several, one after the other as given' }),
    ),
    actor: Type.String({ minLength: 1, description: 'who the rollout history names' }),
    reason: Type.String({
      minLength: 1,
      description: 'what the rollout history says; must not give the cause away',
    }),
    environment: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), { default: {} }),
    settings: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
    overlay: Type.Optional(
      Type.String({
        pattern: '^(?!/)(?!.*\\.\\.)',
        description:
          'folder below the scenario, laid out as the repository; nothing in it may tell the cause',
      }),
    ),
    overlayAdds: Type.Array(Type.String(), { default: [], description: 'its files the repository has not' }),
    model: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]*$', description: 'version inference stays at' }),
    ),
    featureView: Type.Optional(
      Type.String({ pattern: '^[a-z][a-z0-9_]*@[1-9][0-9]*$', description: 'view inference reads, fraud@1' }),
    ),
  },
  async inject(context, release): Promise<Undo> {
    const { target } = context;
    const change = changeOf(context, release);
    const undo: Undo = {};
    try {
      for (const workload of workloadsOf(release)) {
        const { revision, environment, settings, code } = (await target.revisions(workload)).at(-1)!;
        undo[workload] = { revision, environment, settings, code };
        await target.apply(workload, change).catch((error: unknown) => {
          if (!(error instanceof AppError && OUT_BUT_DOWN.has(error.code))) throw error;
        });
      }
      return undo;
    } catch (error) {
      // Nobody will clear what was never injected.
      await restoreAll(target, undo);
      throw error;
    }
  },
  clear: ({ target }, _release, undo) => restoreAll(target, (undo ?? {}) as Undo),
});

function workloadsOf({ workload, workloads }: Release): string[] {
  if ((workload === undefined) === (workloads === undefined)) throw errors.WORKLOADS();
  return workloads ?? [workload!];
}

function changeOf(
  { scenarioFolder }: Pick<DrillContext, 'scenarioFolder'>,
  release: Release,
): RevisionChange {
  const { actor, reason, settings, overlay, overlayAdds, model, featureView } = release;
  const environment = {
    ...release.environment,
    ...(model !== undefined && { MODEL_VERSION: model }),
    ...(featureView !== undefined && { FEATURE_VIEW: featureView }),
  };
  const nothing =
    overlay === undefined && [environment, settings].every((one) => Object.keys(one).length === 0);
  if (nothing) throw errors.NOTHING_RELEASED();
  return {
    ...{ actor, reason, environment, settings },
    ...(overlay !== undefined && { overlay: join(scenarioFolder, overlay), overlayAdds }),
  };
}

/** Every workload gets its turn, whatever happens to the others. */
async function restoreAll(target: Target, undo: Undo): Promise<void> {
  const failures: unknown[] = [];
  for (const [workload, before] of Object.entries(undo).reverse()) {
    await restore(target, workload, before).catch((error: unknown) => failures.push(error));
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 0) throw new AggregateError(failures, 'not every release could be taken back');
}

async function restore(target: Target, workload: string, before: Undo[string]): Promise<void> {
  const history = await target.revisions(workload);
  const running = history.at(-1)!;
  const same = (['environment', 'settings', 'code'] as const).every((part) =>
    isDeepStrictEqual(running[part], before[part]),
  );
  if (same) return;
  const known = history.find(({ revision, code }) => revision === before.revision && code === before.code);
  if (known) {
    await target.undo(workload, { revision: before.revision, ...RESTORE });
    return;
  }
  // So much has been released since that the history has forgotten it.
  await target.apply(workload, {
    ...RESTORE,
    environment: back(before.environment, running.environment),
    settings: back(before.settings, running.settings),
    ...(before.code === BUILT_IN && { overlay: null }),
  });
}

/** Entries of `now` that `before` does not have become null, so that applying the answer removes them. */
const back = <T>(before: Record<string, T>, now: Record<string, unknown>): Record<string, T | null> => ({
  ...Object.fromEntries(Object.keys(now).map((entry) => [entry, null])),
  ...before,
});
