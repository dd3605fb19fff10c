/**
 * Ten times as many customers as the bank can serve, for a minute: how much of what it can do it goes on doing, whether
 * those who go first are served in time, and what its processes hold meanwhile. What it can do is what the line to its
 * feature store lets through, because the customers live on the same machine.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Transaction } from '../../lib/contract/transaction.ts';
import { startNetwork } from '../../tests/support/network.ts';
import { capacityOf, type Outcome, surge } from '../../tests/support/serving/surge.ts';
import { type BenchOptions, type BenchRow, row } from './bench.ts';
import { HEAP, startPath } from './capacity/path.ts';
import { onStage } from './score/stage.ts';
import { type Held, heldBy } from './soak/growth.ts';

const TREES = 300;
/** Some hundred lookups a second. */
const LINE_KB_PER_SECOND = 150;
const TIMES = 10;
/** One payment in so many is one at a till, which goes first: together half of what the bank can do. */
const TILLS = 20;
const PATIENCE_MS = 2_000;
/** Wall seconds that do not count: the first find nobody before them. */
const BEGINNING = 5;
const LATENCY_SLO_MS = 250;
/**
 * Both regions share one inference and its line, so each gets half of what the line carries in a twelfth of a second,
 * and fewer when answers take a third of what was promised: the rest of it is for waiting at the door and at inference.
 * Nobody is decided without features.
 */
const SETTINGS = {
  gateway: { 'admission.limit_min': 4, 'admission.target_ms': 80 },
  inference: {
    'admission.limit_min': 8,
    'features.timeout_ms': 1_000,
    'features.on_missing': 'refuse',
    'breaker.enabled': false,
  },
};
/** Of resident memory: twice the heap a process may have. */
const MEMORY_MIB = 256;

const well = ({ status }: Outcome) => status === 200;

export const run = ({ quick, progress }: BenchOptions): Promise<BenchRow[]> =>
  onStage({ trees: TREES, progress }, async (stage) => {
    const network = await startNetwork(stage.online.port);
    stage.later(() => network.stop());
    const storeUrl = `redis://127.0.0.1:${network.port}`;
    const { gateway, inference } = await startPath(stage, { flags: HEAP, storeUrl, settings: SETTINGS });
    await network.narrow(LINE_KB_PER_SECOND);
    const door = `http://127.0.0.1:${gateway.port}`;
    const payments = stage.bodies.map((body, i): Transaction => {
      const { transaction } = JSON.parse(body) as { transaction: Transaction };
      return { ...transaction, channel: i % TILLS === 0 ? 'terminal' : 'webshop' };
    });
    const capacity = await capacityOf(door, payments, { customers: 6, payments: quick ? 200 : 2_000 });
    const seconds = quick ? 10 : 60;
    progress(`it can do ${Math.round(capacity)}/s; ${TIMES} times that for ${seconds} s`);

    const looks: Record<'gateway' | 'inference', Held>[] = [];
    const looking = setInterval(
      () => looks.push({ gateway: heldBy(gateway.pid), inference: heldBy(inference.pid) }),
      1_000,
    );
    const outcomes = await surge(door, payments, {
      perSecond: TIMES * capacity,
      seconds,
      patienceMs: PATIENCE_MS,
    });
    clearInterval(looking);
    await wait(PATIENCE_MS);
    const ready = await Promise.all(
      [gateway, inference].map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok),
    );

    const later = outcomes.filter(({ atMs }) => atMs >= outcomes[0]!.atMs + BEGINNING * 1_000);
    const tills = later.filter(({ channel }) => channel === 'terminal');
    const slowest = tills
      .filter(well)
      .map(({ tookMs }) => tookMs)
      .sort((a, b) => a - b);
    const shape = `${Math.round(TIMES * capacity)} requests/s for ${seconds} s, where ${Math.round(capacity)} can be served`;
    const peak = (name: 'gateway' | 'inference') => Math.max(...looks.map((held) => held[name].memory));
    return [
      row(
        'surge_goodput',
        later.filter(well).length / (seconds - BEGINNING) / capacity,
        'of what it can do',
        { atLeast: 0.9 },
        shape,
      ),
      row(
        'surge_tills_answered',
        tills.filter(well).length / tills.length,
        'of those who go first',
        { atLeast: 0.99 },
        shape,
      ),
      row(
        'surge_tills_p99',
        slowest[Math.floor(0.99 * (slowest.length - 1))] ?? Number.NaN,
        'ms',
        { atMost: LATENCY_SLO_MS },
        shape,
      ),
      row(
        'surge_refused_in_vain',
        later.filter(({ status }) => status !== 200 && status !== 503).length / later.length,
        'neither answered nor told to come back',
        { atMost: 0 },
        shape,
      ),
      row('surge_ready_after', ready.filter(Boolean).length, 'of 2 processes', { atLeast: 2 }, shape),
      row('surge_gateway_memory', peak('gateway'), 'MiB at most', { atMost: MEMORY_MIB }, shape),
      row('surge_inference_memory', peak('inference'), 'MiB at most', { atMost: MEMORY_MIB }, shape),
    ];
  });
