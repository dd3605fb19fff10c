import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DrillContext } from '../contract/parts.ts';
import { approvedModel } from '../recompute.ts';
import approved from './approved.ts';

let registry: FastifyInstance;
let context: DrillContext;
/** Digests by version; the last one is champion. */
let versions: Record<string, string>;
const answer = (version: string) => ({ version, manifest: { digest: versions[version] } });
beforeEach(async () => {
  versions = { 1: 'sha256:one', 2: 'sha256:two' };
  registry = fastify();
  registry.get('/v1/models/fraud/aliases/champion', () => answer(Object.keys(versions).at(-1)!));
  registry.get('/v1/models/fraud/versions', () => ({ versions: Object.keys(versions).map(answer) }));
  const url = await registry.listen({ host: '127.0.0.1', port: 0 });
  context = { url: () => url, baseline: {} } as unknown as DrillContext;
});
afterEach(() => registry.close());

test('another champion is fine as long as the approved version is kept', async () => {
  const before = await approved.capture(context);
  versions = { ...versions, 3: 'sha256:three' };
  expect(await approved.violations(context, before)).toEqual([]);
  versions = { 1: 'sha256:one', 3: 'sha256:three' };
  expect(await approved.violations(context, before)).toEqual(['version 2 is not in the registry any more']);
});

test('answers are held against it, whoever is champion now', async () => {
  const before = await approved.capture(context);
  versions = { ...versions, 3: 'sha256:three' };
  expect(await approvedModel({ ...context, baseline: { approved: before } })).toEqual({
    version: '2',
    digest: 'sha256:two',
  });
});
