import { beforeAll, expect, test } from 'vitest';
import { createSettings } from '../../lib/kit/settings.ts';
import { discoverChannels } from './channel.ts';
import { priorityOf, prioritySettings } from './priority.ts';

let settings: ReturnType<typeof createSettings<ReturnType<typeof prioritySettings>>>;
beforeAll(async () => {
  settings = createSettings(prioritySettings(await discoverChannels()));
});
const of = (channel: 'terminal' | 'webshop' | 'partner', claimed?: string) =>
  priorityOf(channel, claimed === undefined ? {} : { 'x-priority': claimed }, settings.values);

test('a customer at a till comes before one at a screen', () => {
  expect([of('terminal'), of('webshop'), of('partner')]).toEqual(['high', 'normal', 'normal']);
});

test('anybody may ask for less, nobody gets more by asking', () => {
  expect([of('terminal', 'low'), of('webshop', 'low')]).toEqual(['low', 'low']);
  expect([of('webshop', 'high'), of('terminal', 'normal')]).toEqual(['normal', 'normal']);
  expect([of('terminal', 'HIGHEST'), of('webshop', '')]).toEqual(['high', 'normal']);
});

test('an operator decides otherwise while it runs', () => {
  settings.patch({ 'priority.partner': 'low', 'priority.trust_header': true });
  expect([of('partner'), of('partner', 'high')]).toEqual(['low', 'high']);
});
