import { expect, test } from 'vitest';
import { createSettings } from '../../../lib/kit/settings.ts';
import { SEGMENT_SETTINGS, segmentInReview } from './segment.ts';

const paid = (channel: 'terminal' | 'webshop' | 'partner', country: string) => ({ channel, country });

test('nobody is in review until an operator says so', () => {
  const { values } = createSettings(SEGMENT_SETTINGS);
  expect(segmentInReview(paid('webshop', 'US'), values)).toBeUndefined();
});

test('a channel or a country is enough, and the channel is named when both hold', () => {
  const settings = createSettings(SEGMENT_SETTINGS);
  settings.patch({ 'review.channels': ['partner'], 'review.countries': ['US', 'CA'] });
  const { values } = settings;
  expect(segmentInReview(paid('partner', 'DE'), values)).toBe('channel:partner');
  expect(segmentInReview(paid('terminal', 'CA'), values)).toBe('country:CA');
  expect(segmentInReview(paid('partner', 'US'), values)).toBe('channel:partner');
  expect(segmentInReview(paid('terminal', 'DE'), values)).toBeUndefined();
});

test.each([
  ['review.channels', ['pigeon']],
  ['review.channels', ['webshop', 'webshop']],
  ['review.countries', ['usa']],
  ['review.countries', 'US'],
])('%s refuses %j', (name, value) => {
  const settings = createSettings(SEGMENT_SETTINGS);
  expect(() => settings.patch({ [name]: value })).toThrow(name);
});
