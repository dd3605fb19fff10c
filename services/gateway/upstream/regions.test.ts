import { expect, test } from 'vitest';
import { regionOf } from '../../../lib/contract/regions.ts';
import { parseRegions } from './regions.ts';

test('one URL or a list per region', () => {
  const text = '{"eu": "http://127.0.0.1:4010", "us": ["http://127.0.0.1:4020", "http://127.0.0.1:4021"]}';
  expect([...parseRegions(text)]).toEqual([
    ['eu', ['http://127.0.0.1:4010']],
    ['us', ['http://127.0.0.1:4020', 'http://127.0.0.1:4021']],
  ]);
});

test.each(['', 'eu', '[]', '{}', '{"eu": []}', '{"eu": "127.0.0.1:4010"}', '{"eu": 7}'])(
  '%j is refused and the message names the variable',
  (text) => {
    expect(() => parseRegions(text)).toThrow(/^INFERENCE_URLS/);
  },
);

test('the Americas are served from the United States, everybody else from Europe', () => {
  expect(['US', 'CA', 'BR', 'DE', 'GB', 'TH'].map(regionOf)).toEqual(['us', 'us', 'us', 'eu', 'eu', 'eu']);
});
