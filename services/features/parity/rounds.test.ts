import { expect, test } from 'vitest';
import { createClock, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { createMetrics } from '../../../lib/kit/metrics.ts';
import { loadDefinitions } from '../definitions.ts';
import type { ParityReport } from '../jobs/job.ts';
import { Parity } from './rounds.ts';

const clock = createClock({
  wallEpochMs: Date.now(),
  businessEpochMs: OPENING_DAY_MS,
  daySeconds: 86_400,
});

/** What the job would find: `minutes` old, `entities` compared on each path, one feature differing. */
const report = (minutes: number, entities: number): ParityReport => {
  const differences = {
    entities,
    mismatched: entities / 2,
    features: [{ name: 'card_tx_count_1h', compared: entities, mismatched: entities / 2, ratio: 0.5 }],
    examples: [],
  };
  const at = new Date(clock.now() - minutes * 60_000).toISOString();
  return { view: 'fraud@1', at, ...differences, served: differences };
};

function watch(reports: ParityReport[], { complete = true, everySeconds = (): number => 1e-6 } = {}) {
  const metrics = createMetrics();
  const asked: ParityReport[] = [];
  const next = async () => {
    asked.push(reports[asked.length]!);
    return asked.at(-1)!;
  };
  const parity = new Parity({
    definitions: loadDefinitions(),
    jobs: { run: () => next() as never },
    sample: () => next(),
    nightly: { complete },
    clock,
    gauge: metrics.gauge('firedrill_feature_parity_mismatch_ratio'),
    everySeconds,
  });
  const shown = async () => {
    const { values } = (await metrics.registry
      .getSingleMetric('firedrill_feature_parity_mismatch_ratio')!
      .get()) as { values: { labels: { path?: string }; value: number }[] };
    return values.filter(({ value }) => value > 0).map(({ labels }) => labels.path);
  };
  return { parity, asked, shown };
}

test('both places are shown', async () => {
  const { parity, shown } = watch([report(20, 100)]);
  await parity.look();
  expect(await shown()).toEqual(['stored', 'served']);
});

test('what was served from old rows is left to freshness, and no old figure stays', async () => {
  const { parity, shown } = watch([report(20, 100), report(90, 100)]);
  await parity.look();
  await parity.look();
  expect(await shown()).toEqual(['stored']);
});

test('of a few nothing is said', async () => {
  const { parity, shown } = watch([report(20, 100), report(20, 4)]);
  await parity.look();
  await parity.look();
  expect(await shown()).toEqual([]);
});

test.each([
  ['while rows are being made', { complete: false }],
  ['when it is switched off', { everySeconds: () => 0 }],
])('nothing is compared %s', async (_, options) => {
  const { parity, asked } = watch([report(20, 100)], options);
  await parity.look();
  expect(asked).toEqual([]);
});

test('between two rounds nothing is compared, unless somebody asks', async () => {
  const { parity, asked } = watch([report(20, 100), report(20, 100)], { everySeconds: () => 3_600 });
  await parity.look();
  await parity.look();
  expect(asked).toHaveLength(1);
  await parity.compare('fraud@1', 200);
  expect(asked).toHaveLength(2);
});

test('whoever stops looking forgets the last figure, but not what somebody asked for later', async () => {
  let every = 1e-6;
  const { parity, shown } = watch([report(20, 100), report(20, 100)], { everySeconds: () => every });
  await parity.look();
  every = 0;
  await parity.look();
  expect(await shown()).toEqual([]);
  await parity.compare('fraud@1', 200);
  await parity.look();
  expect(await shown()).toEqual(['stored', 'served']);
});
