import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Policy } from '../../lib/contract/registry.ts';
import type { DrillContext } from '../contract/parts.ts';
import missingPolicy from './missing-policy.ts';

let server: FastifyInstance;
let context: DrillContext;
let policies: Record<string, Policy | null>;
beforeEach(async () => {
  policies = {
    'inference-eu': { on_missing_features: 'refuse', max_feature_age_seconds: 3_600 },
    'inference-us': { on_missing_features: 'refuse', max_feature_age_seconds: 3_600 },
  };
  server = fastify();
  server.get<{ Params: { name: string } }>('/:name/v1/info', async ({ params }) => ({
    policy: policies[params.name],
  }));
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  context = { url: (name: string) => `${origin}/${name}` } as DrillContext;
});
afterEach(() => server.close());

const violationsAfter = async (change: () => void) => {
  const baseline = await missingPolicy.capture(context);
  change();
  return missingPolicy.violations(context, baseline);
};

test('another way not to guess is as good', async () => {
  expect(
    await violationsAfter(() => {
      policies['inference-eu'] = { on_missing_features: 'review', max_feature_age_seconds: 60 };
    }),
  ).toEqual([]);
});

test('a guess, and rows of any age, are told for the region that takes them', async () => {
  expect(
    await violationsAfter(() => {
      policies['inference-us'] = { on_missing_features: 'default', max_feature_age_seconds: null };
    }),
  ).toEqual([
    'inference-us decides on defaults, and was to refuse',
    'inference-us takes features of any age, and was to take 3600 s',
  ]);
});

test('a model that was allowed to guess still is', async () => {
  policies['inference-eu'] = { on_missing_features: 'default', max_feature_age_seconds: null };
  expect(await violationsAfter(() => {})).toEqual([]);
});

test('a region without a model promises nothing', async () => {
  expect(
    await violationsAfter(() => {
      policies['inference-eu'] = null;
    }),
  ).toEqual([]);
});
