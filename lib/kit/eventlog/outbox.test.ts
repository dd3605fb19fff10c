import { expect, test } from 'vitest';
import type { AuditEvent } from '../../contract/events.ts';
import { createMetrics } from '../metrics.ts';
import { Outbox } from './outbox.ts';

const event = { id: 'e' } as AuditEvent;

/** A log whose appends the test settles itself, in order. */
function openOutbox(limit?: number) {
  const open: { resolve(): void; reject(error: Error): void }[] = [];
  const complaints: unknown[] = [];
  const outbox = new Outbox({
    topic: 'audit',
    log: {
      append: () => new Promise((resolve, reject) => open.push({ resolve: () => resolve('logged'), reject })),
    },
    logger: { error: (...said: unknown[]) => void complaints.push(said) },
    metrics: createMetrics(),
    ...(limit !== undefined && { limit }),
  });
  return { outbox, open, complaints };
}

test('a healthy log is not waited for, and drain waits for all of it', async () => {
  const { outbox, open } = openOutbox();
  expect(outbox.put('k', event)).toBeUndefined();
  expect(outbox.put('k', event)).toBeUndefined();
  expect(outbox.size).toBe(2);
  const drained = outbox.drain();
  for (const append of open) append.resolve();
  await drained;
  expect(outbox.size).toBe(0);
});

test('beyond the limit the caller waits until its own event is taken', async () => {
  const { outbox, open } = openOutbox(1);
  expect(outbox.put('k', event)).toBeUndefined();
  const wait = outbox.put('k', event);
  expect(wait).toBeInstanceOf(Promise);
  open[1]!.resolve();
  await wait;
});

test('after a loss everybody waits and hears of it, until an append succeeds', async () => {
  const { outbox, open, complaints } = openOutbox();
  expect(outbox.put('k', event)).toBeUndefined();
  open[0]!.reject(new Error('spool full'));
  await outbox.drain();
  expect(complaints).toHaveLength(1);

  const lost = outbox.put('k', event)!;
  open[1]!.reject(new Error('spool full'));
  await expect(lost).rejects.toThrow('spool full');

  const taken = outbox.put('k', event)!;
  open[2]!.resolve();
  await taken;
  expect(outbox.put('k', event)).toBeUndefined();
});
