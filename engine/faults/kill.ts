import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';
import type { Target } from '../targets/target.ts';

interface Kill {
  workload: string;
  replica: number;
  every: number | null;
}

interface Loop {
  stop: AbortController;
  over: Promise<void>;
}

/** What kills again and again in this engine, by the id in the journal. An engine that dies takes them with it. */
const loops = new Map<string, Loop>();

async function running(target: Target, { workload, replica }: Kill): Promise<boolean> {
  const found = (await target.list()).find(({ name }) => name === workload);
  return found?.replicas[replica]?.pid !== undefined;
}

async function killAgainAndAgain(target: Target, args: Kill, signal: AbortSignal): Promise<void> {
  const { workload, replica, every } = args;
  for (;;) {
    await delay((every ?? 0) * 1_000, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    // It may be waiting for its next start, or scaled away: there is nobody to kill then.
    if (await running(target, args).catch(() => false)) {
      if (signal.aborted) return;
      await target.kill(workload, { replica }).catch(() => {});
    }
  }
}

function begin(target: Target, args: Kill, id: string): void {
  if (loops.has(id)) return;
  const stop = new AbortController();
  loops.set(id, { stop, over: killAgainAndAgain(target, args, stop.signal) });
}

/**
 * The supervisor brings back what dies, later and later when it dies often: with `every` this looks like a crash
 * loop, and its reason is not in the workload. The loop lives in the engine: it ends with `clear`, and with a crash of
 * the engine.
 */
export default defineFault<Kill>({
  describe: 'A replica is killed without warning (SIGKILL), once or every so many seconds.',
  arguments: {
    workload: Type.String({ minLength: 1 }),
    replica: Type.Integer({ minimum: 0, default: 0, description: 'which one, from 0' }),
    every: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], {
      default: null,
      description: 'wall seconds from one kill to the next, until cleared; null kills once',
    }),
  },
  async inject({ target }, args): Promise<{ loop: string | null }> {
    await target.kill(args.workload, { replica: args.replica });
    if (args.every === null) return { loop: null };
    const id = randomUUID();
    begin(target, args, id);
    return { loop: id };
  },
  async clear(_, __, undo) {
    const id = (undo as { loop: string | null } | undefined)?.loop;
    const loop = id ? loops.get(id) : undefined;
    if (!id || !loop) return;
    loop.stop.abort();
    // A kill that is on its way still happens now, not after we said it is over.
    await loop.over;
    loops.delete(id);
  },
  async rearm({ target }, args, undo) {
    const { loop } = undo as { loop: string | null };
    if (loop !== null) begin(target, args, loop);
  },
});
