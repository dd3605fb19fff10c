import { expect, test } from 'vitest';
import { BaseConfig, readConfig } from './config.ts';

const env = {
  SERVICE_NAME: 'gateway',
  PORT: '4000',
  ADMIN_TOKEN: 'sixteen characters or more',
  CLOCK_WALL_EPOCH_MS: '1',
  CLOCK_BUSINESS_EPOCH_MS: '2',
  STATE_DIR: 'state',
};

test('reads text into types, with defaults, and nothing else', () => {
  const config = readConfig(BaseConfig, { ...env, HOME: 'elsewhere' });
  expect(config).toMatchObject({ PORT: 4000, HOST: '127.0.0.1', DRILL_DAY_SECONDS: 60, LOG_SAMPLE: 0.01 });
  expect(config).not.toHaveProperty('HOME');
});

test.each([
  ['a missing variable', { STATE_DIR: undefined }, /STATE_DIR/],
  ['text for a number', { PORT: 'http' }, /PORT must be integer/],
  ['a port out of range', { PORT: '70000' }, /PORT must be <= 65535/],
  ['a token too short', { ADMIN_TOKEN: 'short' }, /ADMIN_TOKEN must NOT have fewer than 16 characters/],
  ['a level nobody knows', { LOG_LEVEL: 'loud' }, /LOG_LEVEL must be equal to one of the allowed values/],
  ['a day of no length', { DRILL_DAY_SECONDS: '0' }, /DRILL_DAY_SECONDS must be > 0/],
])('%s is refused by name, with the remedy', (_case, change, message) => {
  const read = () => readConfig(BaseConfig, { ...env, ...change });
  expect(read).toThrow(message);
  expect(read).toThrow(/correct the environment variable and start again/);
});
