import { expect, test } from 'vitest';
import { createMetrics } from '../../../lib/kit/metrics.ts';
import { createRandom } from '../../../lib/kit/random.ts';
import { createSettings } from '../../../lib/kit/settings.ts';
import { baselineHistogram } from '../../../lib/stats/histogram.ts';
import { listen, sampleOf } from '../features/testbed.ts';
import type { Model } from '../models/model.ts';
import { QUALITY_SETTINGS, QualityBreaker } from './breaker.ts';

const random = createRandom('quality');
const good = () => random.next() ** 4;
const bad = () => 0.5;
const baselines = { score: baselineHistogram(Float64Array.from({ length: 2_000 }, good)) };
const version = (name: string) =>
  ({
    identity: { name: 'fraud', version: name },
    registered: { manifest: { baselines } },
  }) as unknown as Model;

function open(initial: Record<string, unknown> = {}) {
  const settings = createSettings(QUALITY_SETTINGS, {
    'quality.breaker': 'enforce',
    'quality.window': 100,
    'quality.open_ms': 1_000,
    ...initial,
  });
  const metrics = createMetrics();
  const clock = { ms: 0 };
  const logger = listen();
  const breaker = new QualityBreaker({ settings, metrics, logger: logger as never, now: () => clock.ms });
  let model = version('1');
  /** How many of a hundred answers somebody else has to give. */
  const refused = (score: () => number, count = 100) =>
    Array.from({ length: count }, () => breaker.refuses(model, score())).filter(Boolean).length;
  return {
    breaker,
    trusts: () => breaker.trusts(model),
    settings,
    clock,
    logger,
    refused,
    promote: (name: string) => {
      model = version(name);
    },
    level: () =>
      sampleOf(metrics, `firedrill_quality_breaker_state{model="fraud",version="${model.identity.version}"}`),
    transitions: (to: string, reason: string) =>
      sampleOf(
        metrics,
        `firedrill_quality_breaker_transitions_total{model="fraud",to="${to}",reason="${reason}"}`,
      ),
  };
}

test('a bad window opens it, a trial after a while closes it again', async () => {
  const { breaker, clock, refused, level, transitions, logger } = open();
  expect(refused(good, 500)).toBe(0);
  // The last one of the window is decided by somebody else already.
  expect(refused(bad)).toBe(1);
  expect([breaker.state, await level(), await transitions('open', 'constant')]).toEqual(['open', 2, 1]);
  expect(refused(good, 300)).toBe(300);
  expect(breaker.state).toBe('open');
  clock.ms = 1_000;
  expect(refused(good, 99)).toBe(99);
  expect([breaker.state, await level()]).toEqual(['half_open', 1]);
  expect(refused(good)).toBe(0);
  expect([breaker.state, await level(), await transitions('closed', 'fine')]).toEqual(['closed', 0, 1]);
  expect(logger.lines.map(({ line }) => (line as { to: string }).to)).toEqual([
    'open',
    'half_open',
    'closed',
  ]);
});

test('a trial that fails opens it anew', async () => {
  const { breaker, clock, refused, transitions } = open();
  refused(bad);
  clock.ms = 1_000;
  expect(refused(bad)).toBe(100);
  expect(breaker.state).toBe('open');
  clock.ms = 1_999;
  refused(good, 300);
  expect(breaker.state).toBe('open');
  expect(await transitions('open', 'constant')).toBe(2);
});

test('another version begins closed, with a window of its own', () => {
  const { breaker, refused, promote } = open();
  refused(bad);
  promote('2');
  expect(refused(good)).toBe(0);
  expect(refused(bad, 50)).toBe(0);
  promote('3');
  expect(refused(bad, 99)).toBe(0);
  expect(breaker.state).toBe('closed');
});

test('one score that is no number is not answered, and does not open it', () => {
  const { breaker, refused } = open();
  expect(refused(() => Number.NaN, 1)).toBe(1);
  expect(refused(good, 99)).toBe(0);
  expect(breaker.state).toBe('closed');
});

test('observing counts and lets everything through; off looks at nothing', async () => {
  const { breaker, settings, refused, level, transitions } = open({ 'quality.breaker': 'observe' });
  expect(refused(bad)).toBe(0);
  expect([breaker.state, await level()]).toEqual(['open', 2]);
  settings.patch({ 'quality.breaker': 'off' });
  expect(refused(bad, 500)).toBe(0);
  expect(await level()).toBe(0);
  expect(await transitions('open', 'constant')).toBe(1);
  settings.patch({ 'quality.breaker': 'enforce' });
  expect(refused(good, 1)).toBe(0);
  expect(breaker.state).toBe('closed');
});

test('scores made before count while it is closed, or nobody enforces it', () => {
  const { settings, trusts, refused, promote } = open();
  expect(trusts()).toBe(true);
  refused(bad);
  expect(trusts()).toBe(false);
  settings.patch({ 'quality.breaker': 'observe' });
  expect(trusts()).toBe(true);
  settings.patch({ 'quality.breaker': 'enforce' });
  promote('2');
  expect(trusts()).toBe(true);
});
