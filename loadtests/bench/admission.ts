/**
 * What it costs a request to be let in while nobody waits: processor time of this thread with the admission on, less the
 * time without it. A request of `/v1/score` takes about 65 microseconds.
 */
import { createMetrics } from '../../lib/kit/metrics.ts';
import { Admission } from '../../lib/kit/pressure/admission.ts';
import { admissionSettings } from '../../lib/kit/pressure/settings.ts';
import { createSettings } from '../../lib/kit/settings.ts';
import { type BenchOptions, type BenchRow, median } from './bench.ts';

const TARGET_NS = 650;
const AT_A_TIME = 32;

export async function run({ quick, progress }: BenchOptions): Promise<BenchRow[]> {
  const admission = new Admission({
    resource: 'bench',
    settings: createSettings(admissionSettings('a benchmark', { limitMax: 512, targetMs: 100 })),
    metrics: createMetrics(),
    refusal: (reason) => new Error(reason),
  });
  const work = async () => {};
  const through = () =>
    admission.run({ priority: 'normal', deadlineMs: performance.now() + 1_000, caller: undefined }, work);
  const rounds = quick ? 3 : 9;
  const costs: number[] = [];
  // The first round warms up the compiler.
  for (let round = 0; round <= rounds; round++) {
    const bare = await nanosecondsOf(work);
    const guarded = await nanosecondsOf(through);
    if (round > 0) costs.push(guarded - bare);
    progress(`round ${round}: ${Math.round(bare)} ns without, ${Math.round(guarded)} ns with`);
  }
  const value = Math.round(median(costs));
  const against = 'one hundredth of a request of /v1/score';
  return [
    {
      name: 'admission_idle',
      value,
      unit: 'ns a request',
      target: TARGET_NS,
      met: value <= TARGET_NS,
      against,
    },
  ];
}

/** Processor time of one call, in crowds as a batch of requests is one. */
async function nanosecondsOf(call: () => Promise<void>): Promise<number> {
  const crowds = 5_000;
  const before = process.threadCpuUsage();
  for (let i = 0; i < crowds; i++) await Promise.all(Array.from({ length: AT_A_TIME }, call));
  const { user, system } = process.threadCpuUsage(before);
  return ((user + system) * 1_000) / (crowds * AT_A_TIME);
}
