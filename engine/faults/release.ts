import { isDeepStrictEqual } from 'node:util';
import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';

interface Release {
  workload: string;
  actor: string;
  reason: string;
  environment: Record<string, string | null>;
  settings: Record<string, unknown>;
}

/** What the workload ran before, as much of it as `clear` has to bring back. */
interface Before {
  environment: Record<string, string>;
  settings: Record<string, unknown>;
}

/** Entries of `now` that `before` does not have become null, so that applying the answer removes them. */
const back = <T>(before: Record<string, T>, now: Record<string, unknown>): Record<string, T | null> => ({
  ...Object.fromEntries(Object.keys(now).map((name) => [name, null])),
  ...before,
});

export default defineFault<Release>({
  describe: 'A release that should not have gone out, by the same way as every release of the platform.',
  arguments: {
    workload: Type.String({ minLength: 1 }),
    actor: Type.String({ minLength: 1, description: 'who the rollout history names' }),
    reason: Type.String({
      minLength: 1,
      description: 'what the rollout history says; must not give the cause away',
    }),
    environment: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), { default: {} }),
    settings: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
  },
  async inject({ target }, { workload, ...change }): Promise<Before> {
    const running = (await target.revisions(workload)).at(-1);
    const before = { environment: running?.environment ?? {}, settings: running?.settings ?? {} };
    await target.apply(workload, change);
    return before;
  },
  async clear({ target }, { workload }, undo) {
    const before = undo as Before | undefined;
    const running = (await target.revisions(workload)).at(-1);
    if (!before || !running) return;
    const same =
      isDeepStrictEqual(running.environment, before.environment) &&
      isDeepStrictEqual(running.settings, before.settings);
    if (same) return;
    await target.apply(workload, {
      actor: 'firedrill',
      reason: 'restore the state before the incident',
      environment: back(before.environment, running.environment),
      settings: back(before.settings, running.settings),
    });
  },
});
