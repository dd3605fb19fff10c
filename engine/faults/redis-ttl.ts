import type { ChainableCommander, Redis } from 'ioredis';
import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';
import { keysMatching, SCAN_COUNT } from './redis/keyspace.ts';

interface RedisTtl {
  pattern: string;
  seconds: number | null;
  batch: number;
}

interface Undo {
  /** Wall time at which all of them expire, epoch ms; null when expiry was removed. */
  at: number | null;
  /** Keys that had another expiry before, epoch ms. The product sets none itself, so there are few or none. */
  before: [key: string, at: number][];
}

/** Expiry of each key, epoch ms; -1 for none, -2 for no such key. */
async function expiries(redis: Redis, keys: readonly string[]): Promise<number[]> {
  const asked = keys.reduce<ChainableCommander>(
    (pipeline, key) => pipeline.pexpiretime(key),
    redis.pipeline(),
  );
  return answers(await asked.exec());
}

function answers(results: [Error | null, unknown][] | null): number[] {
  return (results ?? []).map(([error, value]) => {
    if (error) throw error;
    return Number(value);
  });
}

/**
 * Rows get one common moment at which they expire: equal TTLs, set together, are how a cache empties all at once. A
 * row that its writer writes again loses the expiry (SET and MSET do that), so what expires are the quiet ones. The
 * keys are walked with SCAN, a bounded batch at a time.
 *
 * `clear` takes the expiry off what is still there. Rows that have gone are gone: only their writer or a snapshot
 * brings them back.
 */
export default defineFault<RedisTtl>({
  describe: 'Rows of the online store are given an expiry, all the same one, or lose theirs.',
  arguments: {
    pattern: Type.String({ minLength: 1, description: 'as KEYS takes it, features:fraud@1:card:*' }),
    seconds: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], {
      description: 'wall seconds until all of them go, from the moment it begins; null removes what is set',
    }),
    batch: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: SCAN_COUNT,
      description: 'keys looked at in one step',
    }),
  },
  async inject({ online }, { pattern, seconds, batch }): Promise<Undo> {
    const at = seconds === null ? null : Date.now() + Math.round(seconds * 1000);
    const before = new Map<string, number>();
    for await (const keys of keysMatching(online, pattern, batch)) {
      for (const [i, had] of (await expiries(online, keys)).entries()) {
        const key = keys[i]!;
        if (had >= 0 && had !== at && !before.has(key)) before.set(key, had);
      }
      const change = keys.reduce<ChainableCommander>(
        (pipeline, key) => (at === null ? pipeline.persist(key) : pipeline.pexpireat(key, at)),
        online.pipeline(),
      );
      answers(await change.exec());
    }
    return { at, before: [...before] };
  },
  async clear({ online }, { pattern, batch }, undo) {
    // Without a record an engine died in the middle of it: the product sets no expiry, so every one is ours.
    const { at, before } = (undo as Undo | undefined) ?? { at: undefined, before: [] };
    if (at !== null) {
      for await (const keys of keysMatching(online, pattern, batch)) {
        const now = await expiries(online, keys);
        const ours = keys.filter((_, i) => (at === undefined ? now[i]! >= 0 : now[i] === at));
        const change = ours.reduce<ChainableCommander>(
          (pipeline, key) => pipeline.persist(key),
          online.pipeline(),
        );
        answers(await change.exec());
      }
    }
    // An expiry in the past would delete the row now.
    const restored = before.filter(([, had]) => had > Date.now());
    const back = restored.reduce<ChainableCommander>(
      (pipeline, [key, had]) => pipeline.pexpireat(key, had),
      online.pipeline(),
    );
    answers(await back.exec());
  },
});
