import Type from 'typebox';
import { expect, test } from 'vitest';
import { createSettings } from './settings.ts';

const properties = {
  'ingest.max_events': Type.Integer({ default: 500, minimum: 1 }),
  mode: Type.String({ default: 'fast', enum: ['fast', 'safe'] }),
};

test('starts from defaults and what was released', () => {
  expect(createSettings(properties).values).toEqual({ 'ingest.max_events': 500, mode: 'fast' });
  expect(createSettings(properties, { mode: 'safe' }).values.mode).toBe('safe');
});

test('a patch applies, answers before and after of what it named, and is heard', () => {
  const settings = createSettings(properties);
  const heard: unknown[] = [];
  settings.onChange((values) => heard.push(values));
  expect(settings.patch({ mode: 'safe' })).toEqual({ before: { mode: 'fast' }, after: { mode: 'safe' } });
  expect(settings.values).toEqual({ 'ingest.max_events': 500, mode: 'safe' });
  expect(heard).toEqual([settings.values]);
});

test.each([
  [{ 'ingest.max_events': 0 }, 'SETTINGS_INVALID', 'ingest.max_events', 'must be >= 1'],
  [{ 'ingest.max_events': '9' }, 'SETTINGS_INVALID', 'ingest.max_events', 'must be integer'],
  [{ mode: 'loud' }, 'SETTINGS_INVALID', 'mode', 'fast, safe'],
  [{ mood: 'good' }, 'SETTINGS_UNKNOWN', 'mood', 'ingest.max_events, mode'],
])('%j is refused as a whole, naming the setting', (change, code, field, message) => {
  const settings = createSettings(properties);
  const patch = () => settings.patch({ mode: 'safe', ...change });
  expect(patch).toThrow(expect.objectContaining({ code, field, message: expect.stringContaining(message) }));
  expect(settings.values).toEqual({ 'ingest.max_events': 500, mode: 'fast' });
});

test('a release with bad settings does not start', () => {
  expect(() => createSettings(properties, { mode: 3 })).toThrow('setting mode');
});
