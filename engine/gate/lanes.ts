/** Bytes a platform takes, with room to breathe. */
const PLATFORM_BYTES = 1.25 * 2 ** 30;
/** More would not end sooner: the last scenario decides. */
const MOST = 8;

/**
 * How many platforms this machine bears at once, by its cores and as far as its memory goes. At least one.
 * @param each cores that one of them takes
 */
export const bearable = (cores: number, freeBytes: number, each: number): number =>
  Math.max(1, Math.min(MOST, Math.floor(cores / each), Math.floor(freeBytes / PLATFORM_BYTES)));

/**
 * Runs everything that may run side by side, `width` at a time, each worker taking the next as soon as it is free;
 * then, one after the other, what has to have the machine for itself. Workers of the first lane are told when there is
 * nothing left for them, so that they make room. The first failure is thrown once all workers have ended.
 * @param work does one job; `worker` counts from 0 and never does two at a time
 * @param leave gives up what a worker holds
 */
export async function runLanes<T extends { alone: boolean }>(
  jobs: readonly T[],
  width: number,
  work: (job: T, worker: number) => Promise<void>,
  leave: (worker: number) => Promise<void>,
): Promise<void> {
  const together = jobs.filter(({ alone }) => !alone);
  const alone = jobs.filter((job) => job.alone);
  await lane(together, Math.min(width, together.length), work, leave);
  await lane(alone, Math.min(1, alone.length), work, leave);
}

async function lane<T>(
  jobs: readonly T[],
  width: number,
  work: (job: T, worker: number) => Promise<void>,
  leave: (worker: number) => Promise<void>,
): Promise<void> {
  const queue = [...jobs];
  const workers = Array.from({ length: width }, async (_, worker) => {
    try {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) await work(job, worker);
    } catch (error) {
      queue.length = 0;
      throw error;
    } finally {
      await leave(worker);
    }
  });
  const ended = await Promise.allSettled(workers);
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
}
