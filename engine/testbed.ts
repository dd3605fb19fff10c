import type { DrillContext, Fault } from './contract/parts.ts';
import { checkArguments } from './parts.ts';

/** A context of real parts; what a test leaves out is not there. */
export const contextOf = (parts: Partial<DrillContext>): DrillContext => parts as DrillContext;

/** A fault the way the session handles it: arguments by schema with defaults, and undo data that have been on disk. */
export function armable<A>(fault: Fault<A>, context: DrillContext, given: Record<string, unknown>) {
  const outcome = checkArguments(fault.arguments, given);
  if ('problem' in outcome) throw new Error(outcome.problem);
  const args = outcome.args as A;
  return {
    async inject(): Promise<unknown> {
      const undo = await fault.inject(context, args);
      return undo === undefined ? undefined : JSON.parse(JSON.stringify(undo));
    },
    clear: (undo: unknown): Promise<void> => fault.clear(context, args, undo),
    intact: async (undo: unknown): Promise<boolean> => (await fault.intact?.(context, args, undo)) ?? true,
    async rearm(undo: unknown): Promise<void> {
      await fault.rearm?.(context, args, undo);
    },
  };
}
