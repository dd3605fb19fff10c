import { ROOT } from './layout.ts';
import type { LocalPlatform } from './local.ts';
import { reversed, runInOrder, type Step } from './order.ts';
import type { Preparation } from './preparation.ts';
import type { ProgressWriter } from './progress.ts';
import { dataFiles } from './snapshot/contents.ts';
import { digestOfSources } from './snapshot/digest.ts';
import { worldEnvironment } from './world.ts';

type Progress = Pick<ProgressWriter, 'write'>;

/** A business day in real time. */
const REAL_DAY_SECONDS = 86_400;

/** Says that a step has begun and how long it took. */
export async function announced(
  progress: Progress,
  step: string,
  title: string,
  work: () => Promise<unknown>,
): Promise<void> {
  progress.write({ event: 'begun', step, title });
  const begun = performance.now();
  await work();
  progress.write({ event: 'done', step, title, ms: Math.round(performance.now() - begun) });
}

/** Preparations as steps that have nothing left to do. */
export const done = (preparations: readonly Preparation[]): Step[] =>
  preparations.map(({ name, dependsOn }) => ({ name, dependsOn, run: async () => {} }));

/**
 * What has to be done once before the bank can open: its past, its first model. Only what that needs is started, and
 * ended again. Meanwhile business time runs at real speed: compressed, the bank would open days after the end of its
 * history, and its models would have learned of a past with a hole behind it.
 */
export async function prepare(platform: LocalPlatform, progress: Progress): Promise<void> {
  const { clock } = platform;
  if ((await dueOf(platform)).length === 0) return;
  const pace = clock.settings.daySeconds;
  clock.pace(REAL_DAY_SECONDS);
  const shared = await openShared(platform);
  await shared?.take(progress);
  const due = await dueOf(platform);
  if (due.length > 0) {
    await carryOut(due, platform, progress);
    await shared?.keep();
  }
  clock.pace(pace);
}

async function dueOf({ preparations, around }: LocalPlatform): Promise<Preparation[]> {
  const needed = await Promise.all(preparations.map((one) => one.needed(around)));
  return preparations.filter((_, i) => needed[i]);
}

/** The way to what platforms have prepared before, for one that has no data at all. */
async function openShared({ prepared, layout, around, clock }: LocalPlatform) {
  if (!prepared || dataFiles(layout).length > 0) return undefined;
  const { WORLD_SEED } = worldEnvironment(around);
  const parameters = { WORLD_SEED: WORLD_SEED!, DRILL_DAY_SECONDS: String(around.daySeconds) };
  const digest = await digestOfSources(ROOT, parameters);
  return {
    async take(progress: Progress) {
      if (!prepared.has(digest)) return;
      await announced(progress, 'prepared-data', 'taking the history and the first model made before', () =>
        prepared.take(digest, layout, (businessMs) => clock.turnTo(businessMs)),
      );
    },
    async keep() {
      // Sources that were edited meanwhile made something else than the digest says.
      if ((await digestOfSources(ROOT, parameters)) !== digest) return;
      await prepared.keep(digest, layout, clock.now());
    },
  };
}

/** Runs preparations, with the workloads they need and no others. */
async function carryOut(
  due: readonly Preparation[],
  platform: LocalPlatform,
  progress: Progress,
): Promise<void> {
  const { preparations, workloads, target, around, records } = platform;
  const wanted = closure(
    due.map(({ name }) => name),
    [...preparations, ...workloads],
  );
  const helpers = workloads.filter(({ name }) => wanted.has(name));
  const others = preparations.filter((one) => wanted.has(one.name) && !due.includes(one));
  await runInOrder([
    ...helpers.map(({ name, dependsOn }) => ({ name, dependsOn, run: () => target.start(name) })),
    ...due.map(({ name, title, dependsOn, run }) => ({
      name,
      dependsOn,
      run: () => announced(progress, name, title, () => run(around, records)),
    })),
    ...done(others),
  ]);
  const ends = helpers.map(({ name, dependsOn }) => ({ name, dependsOn, run: () => target.stop(name) }));
  await runInOrder(reversed([...ends, ...done([...due, ...others])]));
}

/** `names` and everything they depend on, directly or not. */
function closure(
  names: readonly string[],
  all: readonly { name: string; dependsOn: readonly string[] }[],
): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const other of all.find((one) => one.name === name)?.dependsOn ?? []) visit(other);
  };
  for (const name of names) visit(name);
  return found;
}
