import { createClock } from '../../../lib/kit/clock.ts';
import { messageOf } from '../../../lib/kit/errors.ts';
import type { Job } from '../job.ts';
import type { Answer, Order } from './message.ts';

/**
 * The process of one run: takes the order, does the job, answers and leaves, so that the memory a job took goes back
 * to the system. Without its service nobody would hear the answer: it leaves with it.
 */
process.once('disconnect', () => process.exit(1));
process.once('message', (order: Order) => void work(order));

async function work({ job: name, runId, parameters, jobs }: Order): Promise<void> {
  const started = performance.now();
  const progress = (message: string) =>
    console.log(`${((performance.now() - started) / 1_000).toFixed(2).padStart(7)} s  ${message}`);
  let answer: Answer;
  try {
    const { env } = process;
    const clock = createClock({
      wallEpochMs: Number(env.CLOCK_WALL_EPOCH_MS),
      businessEpochMs: Number(env.CLOCK_BUSINESS_EPOCH_MS),
      daySeconds: Number(env.DRILL_DAY_SECONDS),
    });
    const { default: job } = (await import(new URL(`${name}.ts`, jobs).href)) as { default: Job };
    answer = { result: await job.run(parameters, { runId, clock, environment: env, progress }) };
    progress('done');
  } catch (error) {
    console.error(error);
    answer = { error: messageOf(error) };
  }
  process.send!(answer, () => process.exit(0));
}
