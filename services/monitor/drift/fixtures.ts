import { readFileSync } from 'node:fs';
import type { ModelManifest } from '../../../lib/contract/registry.ts';
import { parseView } from '../../../lib/features/view.ts';
import { createRandom } from '../../../lib/kit/random.ts';
import { baselineHistogram, countInto } from '../../../lib/stats/histogram.ts';
import { at, prediction, range } from '../ledger/fixtures.ts';
import type { Prediction } from '../ledger/records.ts';
import { type Profile, profileOf } from '../profiles/profile.ts';

const CHANNELS = ['terminal', 'webshop', 'partner'] as const;
const NAMES = ['amount_eur', 'hour_of_day', 'channel_webshop'];

/** Predictions, `perHour` an hour from `fromHour` on: amounts differ by channel and are larger at night. */
export function bank(seed: string, fromHour: number, hours: number, perHour: number): Prediction[] {
  const random = createRandom(seed);
  return range(hours * perHour).map((i) => {
    const made = fromHour + i / perHour;
    const hour = Math.floor(made) % 24;
    const channel = CHANNELS[i % 3]!;
    const scale = (hour < 6 ? 3 : 1) * (channel === 'partner' ? 4 : 1);
    const amount = Math.min(scale * Math.exp(random.normal(3)), 9_000);
    return prediction(`${seed}-${i}`, {
      ...{ channel, region: i % 5 ? 'eu' : 'us', madeMs: at(made), score: random.next() },
      decision: i % 20 ? 'approve' : 'review',
      values: [amount, hour, Number(channel === 'webshop')],
      amountEur: amount,
    });
  });
}

const view = parseView(
  readFileSync(new URL('../../features/definitions/fraud.v1.yaml', import.meta.url), 'utf8'),
);

/** What a model version that was trained on thirty days of `bank` registers. */
export function manifestOf(rows: readonly Prediction[]): ModelManifest {
  const baseline = (read: (row: Prediction) => number) => {
    const whole = baselineHistogram(rows.map(read));
    const counts = (part: readonly Prediction[]) => countInto(whole.edges, part.map(read)).counts;
    return {
      ...whole,
      hours: range(24).map((hour) => counts(rows.filter(({ values }) => values[1] === hour))),
      segments: Object.fromEntries(
        CHANNELS.map((channel) => [
          `channel:${channel}`,
          counts(rows.filter((row) => row.channel === channel)),
        ]),
      ),
    };
  };
  const digest = `sha256:${'0'.repeat(64)}`;
  return {
    ...{
      digest,
      algorithm: 'boosted_trees',
      run_id: 'test',
      code_version: 'test',
      golden: [],
      parameters: {},
    },
    dataset: { fingerprint: digest, rows: rows.length, from: '', to: '' },
    feature_view: { name: 'fraud', version: 1 },
    inputs: NAMES.map((name) => ({ name, type: 'float' })),
    baselines: {
      ...Object.fromEntries(NAMES.map((name, f) => [name, baseline(({ values }) => values[f]!)])),
      score: baseline(({ score }) => score),
    },
    metrics: {
      overall: { rows: 1_000, positives: 20, auc: 0.9, log_loss: 0.1, precision: 0.4, recall: 1 },
    },
    thresholds: { review: 0.5, decline: 0.9 },
  };
}

/** A profile learnt from thirty days of `bank`. */
export const trainedProfile = (): Profile =>
  profileOf({ model: 'fraud', version: '1' }, manifestOf(bank('history', 0, 720, 60)), view);
