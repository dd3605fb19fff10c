import { isDeepStrictEqual } from 'node:util';
import Type from 'typebox';
import { AppError } from '../../lib/kit/errors.ts';
import { defineFault } from '../contract/parts.ts';

interface Setting {
  workload: string;
  settings: Record<string, unknown>;
  actor: string;
  reason: string;
}

/** The settings it changed, as they were. */
type Undo = Record<string, unknown>;

const RESTORE = { actor: 'firedrill', reason: 'restore the state before the incident' };

/** It does not run, or is too busy to say anything. */
const NOBODY_ANSWERS = new Set(['TARGET_NOT_RUNNING', 'TARGET_NOT_ANSWERING']);

export default defineFault<Setting>({
  describe:
    'Settings of a service changed while it runs, as ./drill settings set does it. Also sets up a posture.',
  heldBySnapshot: true,
  arguments: {
    workload: Type.String({ minLength: 1 }),
    settings: Type.Record(Type.String(), Type.Unknown(), { minProperties: 1 }),
    actor: Type.String({ minLength: 1, description: 'who the rollout history and the audit trail name' }),
    reason: Type.String({ minLength: 1, description: 'must not give the cause away' }),
  },
  async inject({ target }, { workload, settings, actor, reason }): Promise<Undo> {
    const now = await target.settings(workload);
    const before = Object.fromEntries(Object.keys(settings).map((name) => [name, now[name]]));
    await target.configure(workload, { actor, reason, settings });
    return before;
  },
  async clear({ target }, { workload }, undo) {
    const before = (undo ?? {}) as Undo;
    try {
      const now = await target.settings(workload);
      const changed = Object.entries(before).filter(([name, value]) => !isDeepStrictEqual(now[name], value));
      if (changed.length === 0) return;
      await target.configure(workload, { ...RESTORE, settings: Object.fromEntries(changed) });
    } catch (error) {
      if (!(error instanceof AppError && NOBODY_ANSWERS.has(error.code))) throw error;
      // Nobody answers: what it is started with the next time has to be right.
      await target.apply(workload, { ...RESTORE, settings: before });
    }
  },
});
