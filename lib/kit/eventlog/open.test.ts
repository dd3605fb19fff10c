import { execFileSync } from 'node:child_process';
import { execPath } from 'node:process';
import { expect, test } from 'vitest';
import { parseAddress } from './kafka/address.ts';
import { openLogReader } from './open.ts';
import { connectLogRedis } from './redis/direct.ts';

test.each([
  'amqp://127.0.0.1:5672',
  'kafka://127.0.0.1',
  'kafka://a:1,b',
  'kafka://a:1/x/y',
  '127.0.0.1:9092',
])('%s is refused by name', async (url) => {
  await expect(openLogReader({ url })).rejects.toMatchObject({ code: 'LOG_BAD_URL', field: 'EVENT_LOG_URL' });
});

test('brokers and prefix of a Kafka are read from its URL', () => {
  const shared = parseAddress('kafka://a:9092,b:9093/bank-1');
  expect(shared.brokers).toEqual(['a:9092', 'b:9093']);
  expect(shared.topicName('dead-letters')).toBe('bank-1.dead-letters');
  expect(shared.groupName('labels', 'lake')).toBe('bank-1.labels.lake');
  expect(parseAddress('kafka://a:9092').topicName('labels')).toBe('labels');
});

test('who looks into the log itself says that it can on Redis alone', () => {
  expect(() => connectLogRedis('kafka://127.0.0.1:9092')).toThrow(
    expect.objectContaining({ code: 'LOG_NOT_REDIS', field: 'EVENT_LOG_URL' }),
  );
});

test('a client is loaded only where it is chosen', () => {
  const program = `
    import { createRequire } from 'node:module';
    const { openLogReader } = await import(process.argv[1]);
    const log = await openLogReader({ url: process.argv[2] });
    await log.close();
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    const names = ['kafkajs', 'ioredis'].filter((name) => loaded.some((file) => file.includes('/' + name + '/')));
    console.log(names.join());`;
  const loadedWith = (url: string) =>
    execFileSync(
      execPath,
      ['--input-type=module', '-e', program, new URL('./open.ts', import.meta.url).pathname, url],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    ).trim();
  expect(loadedWith('redis://127.0.0.1:1')).toBe('ioredis');
  expect(loadedWith('kafka://127.0.0.1:1')).toBe('kafkajs');
});
