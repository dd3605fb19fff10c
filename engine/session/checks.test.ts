import { expect, test } from 'vitest';
import type { Reading } from '../contract/parts.ts';
import { contextOf } from '../testbed.ts';
import { readCheck } from './checks.ts';

const read = (answer: () => Promise<Reading>) => {
  const probe = { describe: 'the dial', unit: '1', arguments: {}, read: answer };
  const parts = {
    probes: new Map([['dial', probe]]),
    faults: new Map(),
    invariants: new Map(),
    evidence: new Map(),
  };
  return readCheck(parts, contextOf({}), { probe: 'dial', atMost: 5, means: 'the dial is low' }, 20);
};

test('a probe that fails or never answers has no data, which is no pass', async () => {
  expect(await read(async () => ({ value: 3, detail: 'at 3' }))).toMatchObject({ outcome: 'pass' });
  const failing = read(() => Promise.reject(new Error('nobody there')));
  expect(await failing).toMatchObject({ outcome: 'inconclusive', detail: 'no data: nobody there' });
  const silent = read(() => new Promise(() => {}));
  expect(await silent).toMatchObject({ outcome: 'inconclusive', detail: 'no data: no answer within 20 ms' });
});
